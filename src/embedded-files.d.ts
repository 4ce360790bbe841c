/** `import … with { type: "file" }` returns a path. */
declare module "*.wasm" {
  const path: string
  export default path
}
declare module "*.data" {
  const path: string
  export default path
}
declare module "*.tar.gz" {
  const path: string
  export default path
}
declare module "*.min.js" {
  const path: string
  export default path
}
