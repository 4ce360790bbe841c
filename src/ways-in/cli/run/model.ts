import type { Client } from "../../client/client"

/** Returns a sentence if the default model isn't what people may expect, and what to do about it. */
export async function modelNotice(client: Client): Promise<string | undefined> {
  const { note, fix } = await client.readDefaultModel()
  return note === null ? undefined : [note, fix].filter(Boolean).join(" ")
}
