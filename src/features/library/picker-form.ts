import type { Context } from "hono"
import { z } from "zod"
import type { DbDeps } from "../../platform/deps"
import { invalid } from "../../platform/errors"
import { formList } from "../../platform/http/form"
import { sentBefore } from "../../platform/http/form-again"
import { type Picker, type PickerFieldName, pickerFieldNames, pickerQuery } from "./schema"
import { readPicker } from "./service"

/** The fields of a form with a picker. `pickedIn` turns them into the ids. */
export const pickerFields = {
  document_ids: formList.default([]),
  context_sources: formList.default([]),
  pick_field: z.enum(pickerFieldNames).optional(),
  pick_scope: z.enum(["all", "some"]).optional(),
  pick_find: z.string().optional(),
  pick_folder: z.string().optional(),
}
type PickerForm = z.output<z.ZodObject<typeof pickerFields>>

/** Returns the ids picked in a form; none means all. Throws ValidationError if some should be. */
export function pickedIn(form: PickerForm, field: PickerFieldName): string[] {
  if (form.pick_scope === "all") return []
  const ids = [...new Set(form[field])]
  if (form.pick_scope === "some" && ids.length === 0) {
    throw invalid(field, "Choose at least one document, or all of them.")
  }
  return ids
}

/** Leaves out the fields of the picker. */
export function withoutPicker<T extends PickerForm>(form: T): Omit<T, keyof PickerForm> {
  const { document_ids, context_sources, pick_field, pick_scope, pick_find, pick_folder, ...rest } =
    form
  return rest
}

/** Reads the picker of a page; of a form that is shown again, as it was sent. */
export async function pickerOf(
  c: Context,
  deps: DbDeps,
  field: PickerFieldName,
  chosen: string[] = [],
): Promise<Picker> {
  const sent = sentBefore(c)
  if (sent.pick_field?.[0] === field) {
    return { ...(await sentPicker(deps, field, sent)), isOpen: true }
  }
  const pick_scope = chosen.length > 0 ? "some" : "all"
  return readPicker(deps, field, chosen, pickerQuery.parse({ pick_scope }))
}

/** Reads a picker with the choices and the filter that a form sent. */
export async function sentPicker(
  deps: DbDeps,
  field: PickerFieldName,
  sent: Record<string, string[]>,
): Promise<Picker> {
  const last = Object.entries(sent).map(([name, values]) => [name, values.at(-1)])
  const query = pickerQuery.safeParse(Object.fromEntries(last))
  return readPicker(deps, field, sent[field] ?? [], query.data ?? pickerQuery.parse({}))
}
