import * as pdfjsWorker from "pdfjs-dist/legacy/build/pdf.worker.mjs"

// PDF.js looks for these when it loads: its worker, which it would otherwise search for in its own
// folder, and browser classes for drawing, which are never used here.
const nothing = class {}
Object.assign(globalThis, { DOMMatrix: nothing, ImageData: nothing, Path2D: nothing, pdfjsWorker })
