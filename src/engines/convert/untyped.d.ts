declare module "@joplin/turndown-plugin-gfm" {
  type Plugin = import("turndown").Plugin
  export const highlightedCodeBlock: Plugin
  export const strikethrough: Plugin
  export const taskListItems: Plugin
}

declare module "pdfjs-dist/legacy/build/pdf.worker.mjs"
