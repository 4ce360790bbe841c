import { defineConfig } from "drizzle-kit"

/** For `drizzle-kit generate --config src/db/drizzle.config.ts`, run in the repository's root. */
export default defineConfig({
  dialect: "postgresql",
  casing: "snake_case",
  schema: "./src/*/table.ts",
  out: "./drizzle",
  schemaFilter: ["amelia"],
})
