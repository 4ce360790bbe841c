import { z } from "zod"

/** The most documents that a run or an agent takes one by one. */
export const PICKED_MAX = 1000
/** How many more documents each "Show more" shows. */
export const SHOWN_STEP = 50

export const pickerFieldNames = ["document_ids", "context_sources"] as const
export type PickerFieldName = (typeof pickerFieldNames)[number]

/** The input of a document picker, by the fields of its form. */
export const pickerQuery = z.object({
  pick_scope: z.enum(["all", "some"]).default("all"),
  pick_find: z.string().trim().max(1000).default(""),
  /** A folder's id, or `none` for documents outside of folders. */
  pick_folder: z
    .uuid()
    .or(z.enum(["", "none"]))
    .default(""),
  pick_shown: z.coerce.number().int().min(1).max(PICKED_MAX).default(SHOWN_STEP),
  /** Picks all matching documents. */
  pick_matching: z.literal("true").optional(),
})
export type PickerQuery = z.output<typeof pickerQuery>

/** A document to choose; for agents, `id` may be a folder's path. */
export type Pickable = { id: string; name: string }

/** Which documents a form may choose from, and which it has chosen. */
export type Picker = {
  /** The form's field for their ids. */
  field: PickerFieldName
  query: PickerQuery
  /** The number of documents that can be chosen. */
  total: number
  picked: Pickable[]
  /** The first of the matching documents that aren't picked. */
  found: Pickable[]
  /** The number of all of them. */
  matching: number
  folders: { id: string; name: string }[]
  /** True on a page that shows its form again. */
  isOpen: boolean
}
