import type { BunPlugin } from "bun"

type Patch = { file: RegExp; find: string; put: string }

/**
 * Changes that transformers.js and onnxruntime-node need to work inside a binary. The native
 * library is a file that `nativeRuntime` extracted, at ORT_PATH. Images are never used.
 */
const patches: Patch[] = [
  {
    file: /@huggingface\/transformers\/dist\/transformers\.node\.mjs$/,
    find: 'requireFromHere("onnxruntime-node")',
    put: 'require("onnxruntime-node")',
  },
  {
    file: /@huggingface\/transformers\/dist\/transformers\.node\.mjs$/,
    find: 'import sharp from "sharp";',
    put: "const sharp = () => {};",
  },
  {
    file: /onnxruntime-node\/dist\/binding\.js$/,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text that stands there
    find: "require(`../bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`)",
    put: 'require("node:module").createRequire("/")(globalThis.ORT_PATH)',
  },
]

/** Throws, which fails the build, if a patch doesn't fit the installed version. */
export const patchOnnxruntime: BunPlugin = {
  name: "onnxruntime",
  setup(build) {
    const files = new Map(patches.map(({ file }) => [file.source, file]))
    for (const [source, filter] of files) {
      build.onLoad({ filter }, async ({ path }) => {
        let contents = await Bun.file(path).text()
        for (const { find, put } of patches.filter(({ file }) => file.source === source)) {
          const [before, after, ...others] = contents.split(find)
          if (before === undefined || after === undefined || others.length > 0) {
            throw new Error(`${path} must contain exactly once: ${find}`)
          }
          contents = before + put + after
        }
        return { contents, loader: "js" }
      })
    }
  },
}

/** The folder of the native library for this machine. */
export const runtimeFolder = `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}`
