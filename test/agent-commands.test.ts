import { expect, test } from "bun:test"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { question } from "./support/agents"
import { program } from "./support/process"
import { testServer } from "./support/server"

test("lists an agent, runs it to completion, prints it and deletes it", async () => {
  await using server = await testServer()
  const amelia = async (...args: string[]) => {
    const child = Bun.spawn([...program, "agents", ...args], {
      env: { PATH: process.env.PATH ?? "", AMELIA_HOME: server.home },
      stdin: "ignore",
      stderr: "pipe",
    })
    const [out, err] = [new Response(child.stdout).text(), new Response(child.stderr).text()]
    return { code: await child.exited, out: await out, err: await err }
  }
  const folder = await mkdtemp(join(tmpdir(), "amelia-agents-"))
  const brief = join(folder, "brief.md")
  await Bun.write(brief, "# Lists\n\nA list must never hold more than 500 links.\n")
  const own = { name: "Clerk", type: "custom", system_prompt: "Be brief." } as const
  const { id } = await server.client.createAgent(own)

  expect((await amelia()).out).toMatch(new RegExp(`${id} +idle +custom +Clerk`))
  const started = await amelia("start", id, question.input.query, "--doc", brief)
  expect(started.code).toBe(0)
  expect(started.err).toMatch(/custom: completed .*extractive: no language model was used/)
  expect(started.out).toContain("never hold more than 500 links. [1]")
  expect((await amelia("logs", id)).out.trim().split("\n")).toEqual(
    await server.client.listAgentLogs(id),
  )
  expect((await amelia("show", id)).out).toContain("Clerk (custom)\ncompleted")
  expect(await amelia("stop", id)).toMatchObject({ code: 1, out: "" })
  expect((await amelia("delete", id)).out).toBe(`${id}: deleted\n`)
  expect((await amelia("list", "--json")).out).toBe("[]\n")
  await rm(folder, { recursive: true })
})
