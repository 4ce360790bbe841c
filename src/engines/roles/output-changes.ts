import { z } from "zod"
import { citations } from "./output"

/** A relative path inside the repository, safe to join to the repository's path. */
export const filePath = z
  .string()
  .describe("Relative to the repository, as src/app.ts.")
  .superRefine((path, context) => {
    const message = refusalOf(path)
    if (message) context.addIssue({ code: "custom", message })
  })

function refusalOf(path: string): string | undefined {
  const shown = JSON.stringify(path.slice(0, 200))
  const parts = path.split("/")
  if (!path.trim()) return "Give the path of a file, as src/app.ts."
  if (/^(?:[/\\~]|[a-z]:)/i.test(path)) {
    return `${shown} is not relative: give the path inside the repository, as src/app.ts.`
  }
  if (/\\|\p{Cc}/u.test(path)) return `${shown} is no path: write it with /, as src/app.ts.`
  if (parts.includes("..")) return `${shown} leads upwards: give the path without "..".`
  if (parts.some((part) => part === "" || part === ".")) {
    return `${shown} names no file plainly: write it as src/app.ts, without "./", "//" or an end "/".`
  }
  if (parts.some((part) => part.toLowerCase() === ".git")) {
    return `${shown} belongs to git, which nobody else writes.`
  }
  return undefined
}

const change = z
  .object({
    path: filePath,
    action: z.enum(["create", "modify", "delete"]),
    purpose: z.string().describe("What this change is for, in one sentence."),
    tasks: z.array(z.string()).describe("Ids of the tasks that it serves; none without a plan."),
    content: z.string().nullable().describe("create: the whole file. modify and delete: null."),
    edits: z
      .array(
        z.object({
          find: z
            .string()
            .describe("Copied from the file, long enough to stand there only once.")
            .refine((find) => find !== "", "Give the text to find, copied from the file."),
          replace: z.string(),
        }),
      )
      .describe("modify: what to replace, from the top of the file down. Else none."),
    citations,
  })
  .superRefine(({ path, action, content, edits }, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: "custom", path: [field], message })
    if (action === "create" && content === null) {
      refuse("content", `${path} is created: give the whole file.`)
    }
    if (action === "modify" && edits.length === 0) {
      refuse("edits", `${path} is modified: give its edits, or create it anew with its content.`)
    }
    if (action !== "create" && content !== null) {
      refuse("content", `Only a created file has content: ${path} is to ${action}, so give null.`)
    }
    if (action !== "modify" && edits.length > 0) {
      refuse("edits", `Only a modified file has edits: ${path} is to ${action}, so give none.`)
    }
  })
export type Change = z.infer<typeof change>

/** File changes that can be applied in any order: each file has at most one. */
export const changes = z.array(change).superRefine((changes, context) => {
  const paths = new Set<string>()
  for (const [index, { path }] of changes.entries()) {
    const message = `${path} is changed twice: put all that changes it into one change.`
    if (paths.has(path)) context.addIssue({ code: "custom", path: [index, "path"], message })
    paths.add(path)
  }
})
