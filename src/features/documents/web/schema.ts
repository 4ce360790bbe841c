import { z } from "zod"

export const scrapeSchema = z.strictObject({ url: z.string().trim().min(1).max(4000) })
