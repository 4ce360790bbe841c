import * as pdfjsWorker from "pdfjs-dist/legacy/build/pdf.worker.mjs"

// PDF.js looks for these when it is loaded: its worker, which else it would search beside itself,
// and classes of browsers for pictures, which nobody here draws.
const nothing = class {}
Object.assign(globalThis, { DOMMatrix: nothing, ImageData: nothing, Path2D: nothing, pdfjsWorker })
