export const codeExtensions: ReadonlySet<string> = new Set(
  (
    "ts tsx mts cts js jsx mjs cjs py pyi rb go rs c h cc cpp cxx hpp hh cs java kt kts scala " +
    "swift m mm php pl pm lua r jl dart ex exs erl hs ml mli fs fsx clj cljs elm zig nim sql " +
    "sh bash zsh fish ps1 bat vue svelte css scss less xml json jsonc yaml yml toml " +
    "ini graphql proto tf gradle cmake mk make vim el lisp"
  ).split(" "),
)

/** The extension in lower case without its dot; "" for none. */
export function extensionOf(name: string): string {
  return /[^.]\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ""
}
