import { test } from "bun:test"
import postgres from "postgres"
import { openServer } from "../../src/platform/db/server/open"

/**
 * The PostgreSQL server on which the tests shall run instead of the embedded engine. Its role must
 * be allowed to make databases.
 */
export const databaseServer: string | undefined = process.env.TEST_DATABASE_URL

/** A test of what only the embedded engine has or promises. */
export function embeddedOnly(name: string, work: () => Promise<void>, timeout?: number): void {
  if (databaseServer) test.skip(`${name} (skipped: this is of the embedded engine)`, work)
  else test(name, work, timeout)
}

/** A test of vectors, which the embedded engine has, and of servers those with pgvector. */
export async function needsVectors(): Promise<typeof test> {
  if (!databaseServer) return test
  const [row] = await administrate(
    databaseServer,
    (sql) => sql`select 1 from pg_available_extensions where name = 'vector'`,
  )
  return row ? test : test.skip
}

/** A migrated, empty database of its own. */
export type ServerDatabase = { url: string } & AsyncDisposable

/**
 * A copy of a template that is made once for each `state` of the migrations, because copying is
 * ten times as fast as migrating.
 */
export async function serverDatabase(server: string, state: string): Promise<ServerDatabase> {
  const template = await templateOn(server, state)
  const { name, url } = newDatabase(server)
  await administrate(server, (sql) => sql`create database ${sql(name)} template ${sql(template)}`)
  return {
    url,
    async [Symbol.asyncDispose]() {
      await administrate(server, (sql) => sql`drop database ${sql(name)} with (force)`)
    },
  }
}

async function templateOn(server: string, state: string): Promise<string> {
  const template = `amelia_template_${state}`
  const find = (sql: postgres.Sql) => sql`select 1 from pg_database where datname = ${template}`
  if ((await administrate(server, find)).length > 0) return template
  const { name, url } = newDatabase(server)
  await administrate(server, (sql) => sql`create database ${sql(name)}`)
  const database = await openServer({ databaseUrl: url, poolSize: 1, log: () => undefined })
  await database.close()
  await administrate(server, async (sql) => {
    await sql`alter database ${sql(name)} rename to ${sql(template)}`.catch(async (thrown) => {
      // Another test process was quicker, which is as good.
      if ((await find(sql)).length === 0) throw thrown
      await sql`drop database ${sql(name)}`
    })
  })
  return template
}

function newDatabase(server: string) {
  const name = `amelia_test_${Bun.randomUUIDv7("base64url")}`
  return { name, url: Object.assign(new URL(server), { pathname: `/${name}` }).href }
}

async function administrate<T>(server: string, work: (sql: postgres.Sql) => PromiseLike<T>) {
  const sql = postgres(server, { max: 1, onnotice() {} })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}
