import { statSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import type { Artifact } from "../../../features/runs/schema"
import { messageOf } from "../../../platform/errors"
import type { Context } from "../context"
import { UsageError } from "../failure"
import { makeOutputFolder, writeOutput } from "../output"

/** Where --out writes: one Markdown or JSON file, or a folder with two files for each artifact. */
export type OutPlace = { kind: "markdown" | "json" | "folder"; path: string }

/** Creates the folder for --out before anything is done. Throws a UsageError if it can't. */
export function outPlace(context: Context, given: string): OutPlace {
  const path = resolve(context.cwd, given)
  const place: OutPlace = { kind: kindOf(path), path }
  const folder = place.kind === "folder" ? path : dirname(path)
  try {
    makeOutputFolder(context, folder)
    return place
  } catch (error) {
    throw new UsageError(
      `The folder ${relative(context.cwd, folder)} can't be created: ${messageOf(error)}`,
    )
  }
}

function kindOf(path: string): OutPlace["kind"] {
  const [, extension] = /\.(md|json)$/i.exec(path) ?? []
  if (!extension || statSync(path, { throwIfNoEntry: false })?.isDirectory()) return "folder"
  return extension.toLowerCase() === "md" ? "markdown" : "json"
}

/** In a folder, the files are `<n>-<node>.md` and `.json`; `n` is the step's number, from 1. */
export function writeArtifacts(
  context: Context,
  { kind, path }: OutPlace,
  artifacts: Artifact[],
  nodeIds: string[],
): void {
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`
  if (kind !== "folder") {
    writeOutput(context, path, kind === "json" ? json(artifacts) : textOf(artifacts))
    return
  }
  for (const artifact of artifacts) {
    const file = join(path, `${nodeIds.indexOf(artifact.node) + 1}-${artifact.node}`)
    writeOutput(context, `${file}.md`, textOf([artifact]))
    writeOutput(context, `${file}.json`, json(artifact))
  }
}

export function textOf(artifacts: Artifact[]): string {
  return artifacts.map(({ content }) => `${content.trimEnd()}\n`).join("\n")
}
