import { sql } from "drizzle-orm"
import { changedSettings } from "../../platform/db/schema/settings"

export type Changed = { name: string; value: string }

const { name, value } = changedSettings

/** All changed settings, as one value in a larger statement. */
export const changedJson = sql<Changed[]>`(
  select coalesce(jsonb_agg(jsonb_build_object('name', ${name}, 'value', ${value})), '[]')
  from ${changedSettings}
)`
