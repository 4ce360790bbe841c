import { expect, test } from "bun:test"
import { existsSync } from "node:fs"
import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { scripts } from "../package.json"
import { testBinary } from "./support/binary"
import { testFolder } from "./support/folder"
import { noModels, serveProcess } from "./support/process"
import { patternsOf, readmeSteps } from "./support/readme"

const root = join(import.meta.dir, "..")
const markdown = await Bun.file(join(root, "README.md")).text()

test("every command of README, in order on a new home, does what README says", async () => {
  await using binary = await testBinary()
  await using place = await testFolder()
  const [tour, home] = [place.at("tour"), place.at("home")]
  await mkdir(tour)
  await mkdir(home)
  const path = `${binary.directory}:${process.env.PATH}`
  const env = { PATH: path, HOME: home, AMELIA_HOME: home, ...noModels }
  for (const step of readmeSteps(markdown)) {
    if (step.kind === "file") {
      await Bun.write(join(tour, step.name), step.text)
      continue
    }
    let said = ""
    for (const line of step.lines) {
      const [program, script = ""] = line.split(" ")
      // The binary was built by what `npm start` runs. The tests can't run themselves.
      if (program === "npm") expect(Object.keys(scripts)).toContain(script)
      else said += await runLine(line, { cwd: tour, env, program: binary.path })
    }
    for (const pattern of step.output ? patternsOf(step.output, tour) : []) {
      expect(said).toMatch(pattern)
    }
  }
  expect(existsSync(join(tour, "plan"))).toBe(true)
})

test("every amelia command that README or the setup page names exists", async () => {
  await using binary = await testBinary()
  const setup = await Bun.file(join(root, "docs/setup.md")).text()
  const named = `${markdown}\n${setup}`.matchAll(/(?:`|^)amelia ((?:[a-z]+ ?)+)/gm)
  const commands = new Set([...named].map(([, words = ""]) => words.trim()))
  expect(commands.size).toBeGreaterThan(8)
  for (const words of commands) {
    const [noun = "", verb = ""] = words.split(" ")
    const child = Bun.spawn([binary.path, noun, "--help"], { stdout: "pipe", stderr: "ignore" })
    const help = await new Response(child.stdout).text()
    expect(await child.exited, `amelia ${words}`).toBe(0)
    const hasVerbs = help.includes("\nCommands:")
    if (hasVerbs && verb) expect(help, `amelia ${words}`).toMatch(new RegExp(`^ +${verb}\\b`, "m"))
  }
})

type Place = { cwd: string; env: Record<string, string>; program: string }

/** Runs a line as a person would; where it asks a server at port 8000, one runs at another port. */
async function runLine(line: string, { cwd, env, program }: Place): Promise<string> {
  if (!line.includes("localhost:8000")) return await bash(line, cwd, env)
  const options = { home: env.AMELIA_HOME ?? "", program: [program] }
  await using server = await serveProcess(options)
  return await bash(line.replaceAll("localhost:8000", new URL(server.url).host), cwd, env)
}

async function bash(line: string, cwd: string, env: Record<string, string>): Promise<string> {
  const child = Bun.spawn(["bash", "-euo", "pipefail", "-c", `{ ${line}\n} 2>&1`], {
    ...{ cwd, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  })
  const said = await new Response(child.stdout).text()
  expect(await child.exited, `${line}\n${said}`).toBe(0)
  return said
}
