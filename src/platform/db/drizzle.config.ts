import { defineConfig } from "drizzle-kit"

/**
 * Run `drizzle-kit generate --config src/platform/db/drizzle.config.ts` in the repository's root.
 */
export default defineConfig({
  dialect: "postgresql",
  casing: "snake_case",
  schema: "./src/platform/db/schema/*.ts",
  out: "./drizzle",
  schemaFilter: ["amelia"],
})
