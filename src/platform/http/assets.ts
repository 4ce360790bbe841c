import { readFileSync, statSync } from "node:fs"
import type { MiddlewareHandler } from "hono"
import { staticPath } from "../../embedded"
import { AppError } from "../errors"
import type { Assets } from "./schema"

/** The styles of every page, in this order. */
const sheets = [
  ...["base", "layout", "parts", "controls", "forms", "dialogs", "lists", "home", "documents"],
  ...["search", "runs", "step", "graph", "agents", "prose", "docs", "chat", "said", "prompts"],
  ...["settings", "steer"],
].map((name) => `${name}.css`)

const libraries = ["htmx.min.js", "hx-sse.min.js"]

/** The scripts of every page, in this order, after the libraries. */
const scripts = [
  ...["live", "time", "confirm", "focus", "problems", "notice", "copy", "upload", "select"],
  ...["picker", "reading", "search", "graph", "chat", "prompts", "composer", "passage", "attach"],
  ...["editor", "early"],
].map((name) => `${name}.js`)

type Joined = { name: string; type: string; text: string }
type Bundles = { css: Joined; js: Joined }

declare module "hono" {
  interface ContextVariableMap {
    bundler: Bundler
  }
}

/** The styles and scripts of every page, each joined to one file that is named after its content. */
export type Bundler = {
  addresses(): Assets
  /** `isCurrent` is false for a name of other content, which a page older than the server asks for. */
  find(name: string): (Joined & { isCurrent: boolean }) | undefined
}

export function createBundler(): Bundler {
  let known: (Bundles & { changed: number }) | undefined
  const bundles = (): Bundles => {
    const changed = newest([...sheets, ...libraries, ...scripts])
    if (known?.changed !== changed) known = { ...join(), changed }
    return known
  }
  return {
    addresses() {
      const { css, js } = bundles()
      return { css: `/static/${css.name}`, js: `/static/${js.name}` }
    },
    find(name) {
      const kind = /^app-\w+\.(css|js)$/.exec(name)?.[1] as keyof Bundles | undefined
      if (!kind) return undefined
      const found = bundles()[kind]
      return { ...found, isCurrent: found.name === name }
    },
  }
}

/** Tells pages where their styles and scripts are. */
export function withBundler(bundler: Bundler): MiddlewareHandler {
  return async (c, next) => {
    c.set("bundler", bundler)
    await next()
  }
}

/** A script of ours keeps its names to itself, as a module does. */
function join(): Bundles {
  const css = sheets.map(read).join("\n")
  const own = scripts.map((name) => `(() => {\n"use strict"\n${read(name)}\n})()`)
  const js = [...libraries.map(read), ...own].join("\n;\n")
  return {
    css: { name: `app-${hashOf(css)}.css`, type: "text/css;charset=utf-8", text: css },
    js: { name: `app-${hashOf(js)}.js`, type: "text/javascript;charset=utf-8", text: js },
  }
}

/** When the last of the files changed. Inside a binary they never do. */
function newest(names: string[]): number {
  if (Bun.isStandaloneExecutable) return 0
  return Math.max(...names.map((name) => statSync(pathOf(name)).mtimeMs))
}

function read(name: string): string {
  return readFileSync(pathOf(name), "utf8")
}

function pathOf(name: string): string {
  const path = staticPath(name)
  if (path === undefined) throw new AppError("InternalServerError", `static/${name} is missing.`)
  return path
}

function hashOf(text: string): string {
  return Bun.hash(text).toString(36)
}
