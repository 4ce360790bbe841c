import { expect, test } from "bun:test"
import postgres from "postgres"
import { anthropicPeer } from "./support/anthropic-peer"
import { noPostgres, postgresPrograms, startPostgres } from "./support/postgres"
import { finished } from "./support/runs"
import { testServer } from "./support/server"

test.skipIf(!postgresPrograms)(
  `a step that finishes locks its run first, as a cancel does, so that neither waits for the other (${noPostgres})`,
  async () => {
    await using database = await startPostgres()
    const [asked, answer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    await using peer = await anthropicPeer({
      before() {
        asked.resolve()
        return answer.promise
      },
    })
    const key = { ANTHROPIC_API_KEY: "sk-ant-test-0001", ANTHROPIC_BASE_URL: peer.url }
    await using server = await testServer({ settings: { ...key, DATABASE_URL: database.url } })
    const nodes = [{ id: "only", name: "Only", agent: "discovery" as const, dependencies: [] }]
    const { client } = server
    const workflow = await client.createWorkflow({ name: "W", graph_definition: { nodes } })
    const { id } = await client.startWorkflow(workflow.id, { query: "What?" })
    await asked.promise

    const other = postgres(database.url, { max: 2 })
    await other.begin(async (cancel) => {
      await cancel`select id from amelia.runs where id = ${id} for update`
      answer.resolve()
      for (let waiting = 0; waiting === 0; ) {
        const found = await other`
          select pid from pg_stat_activity
          where wait_event_type = 'Lock' and query like '%"runs"%for update%'`
        waiting = found.length
      }
      const steps = await cancel`
        select id from amelia.steps where run_id = ${id} for update nowait`
      expect(steps).toHaveLength(1)
    })
    await other.end()
    expect((await finished(client, id)).status).toBe("completed")
  },
)
