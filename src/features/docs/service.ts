import { docFile } from "../../embedded"
import { AppError } from "../../platform/errors"
import type { Doc } from "./schema"

/** Every page, in reading order for a newcomer. */
export const docs: readonly Doc[] = [
  {
    ...{ name: "setup", file: "docs/setup.md", title: "Setup" },
    about: "Install, configure, run as a service, back up and upgrade.",
  },
  {
    ...{ name: "chat", file: "docs/chat.md", title: "Chat" },
    about: "What a conversation can do, with an example for each route.",
  },
  {
    ...{ name: "workflows", file: "docs/workflows.md", title: "Workflows" },
    about: "Definitions in JSON: agents, gates, maps, conditions, forks and replays.",
  },
  {
    ...{ name: "git", file: "docs/git.md", title: "Git" },
    about: "Branches, worktrees, merges, and the rescues that keep everything in them.",
  },
  {
    ...{ name: "agent-development", file: "docs/agent-development.md", title: "Agents" },
    about: "The roles, their output, how citations are checked, and how to add a role.",
  },
  {
    ...{ name: "api-reference", file: "docs/api-reference.md", title: "API reference" },
    about: "Every route of the HTTP API, with its request, response and errors.",
  },
  {
    ...{ name: "openai-api", file: "docs/openai-api.md", title: "OpenAI-compatible API" },
    about: "Talk to your models, documents and agents with any client of OpenAI's API.",
  },
  {
    ...{ name: "settings-file", file: ".env.example", title: "Settings file" },
    about: "Every setting with its default, in the format of config.env.",
  },
  {
    ...{ name: "architecture", file: "docs/architecture.md", title: "Architecture" },
    about: "How the code is laid out and why, and how a run, an upload and a query work.",
  },
  {
    ...{ name: "dependencies", file: "docs/dependencies.md", title: "Dependencies" },
    about: "What each dependency is for, and why we chose it.",
  },
  {
    ...{ name: "contributing", file: "CONTRIBUTING.md", title: "Contributing" },
    about: "How to set up a checkout, run the checks, and add a route, a page or a provider.",
  },
  {
    ...{ name: "security", file: "SECURITY.md", title: "Security" },
    about: "Security promises, their limits, and how to report a vulnerability.",
  },
  {
    ...{ name: "changelog", file: "CHANGELOG.md", title: "Changelog" },
    about: "What changed in each release.",
  },
  { name: "license", file: "LICENSE", title: "License", about: "The MIT license." },
]

/** Returns a page. Throws NotFoundError if there is none with this name. */
export function findDoc(name: string): Doc {
  const doc = docs.find((doc) => doc.name === name)
  if (doc) return doc
  const sentence = `The documentation has no page "${name}". See /docs for all pages.`
  throw new AppError("NotFoundError", sentence, { name })
}

export async function readDoc({ file, title }: Doc): Promise<string> {
  const text = await docFile(file).text()
  if (file.endsWith(".md")) return text
  return `# ${title}\n\n\`\`\`\`sh\n${text.trimEnd()}\n\`\`\`\`\n`
}

/** Resolves a link in the file `from`. `anchor` turns its fragment into a heading's id. */
export function docHref(from: string, href: string, anchor: (fragment: string) => string): string {
  if (/^([a-z][a-z\d+.-]*:|\/|#)/i.test(href)) return href
  const { pathname, hash } = new URL(href, `file:///${from}`)
  const file = decodeURIComponent(pathname.slice(1))
  const fragment = hash ? `#${anchor(hash)}` : ""
  if (file === "README.md") return "/docs"
  const name = docs.find((doc) => doc.file === file)?.name ?? file
  return `/docs/${name}${fragment}`
}
