import { desc, eq } from "drizzle-orm"
import type { Db } from "../../platform/db/db"
import { type GitRepositoryRow, gitRepositories } from "../../platform/db/schema/git"

export function listRepositories(db: Db, limit: number): Promise<GitRepositoryRow[]> {
  return db.select().from(gitRepositories).orderBy(desc(gitRepositories.updatedAt)).limit(limit)
}

export async function findRepository(db: Db, path: string): Promise<GitRepositoryRow | undefined> {
  const [row] = await db.select().from(gitRepositories).where(eq(gitRepositories.path, path))
  return row
}

type Changes = Partial<Omit<GitRepositoryRow, "path" | "createdAt" | "updatedAt">>

export async function putRepository(db: Db, path: string, changes: Changes = {}): Promise<void> {
  const set = { ...changes, updatedAt: new Date() }
  await db
    .insert(gitRepositories)
    .values({ path, ...changes })
    .onConflictDoUpdate({ target: gitRepositories.path, set })
}
