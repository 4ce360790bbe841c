declare module "@joplin/turndown-plugin-gfm" {
  export const gfm: import("turndown").Plugin
}

declare module "pdfjs-dist/legacy/build/pdf.worker.mjs"
