import { Hono } from "hono"
import { z } from "zod"
import { PickLists } from "../../../views/documents/picker"
import type { DbDeps } from "../../platform/deps"
import { fieldsOf, readForm } from "../../platform/http/form"
import { formAgain } from "../../platform/http/form-again"
import { goTo, isHtmx } from "../../platform/http/go-to"
import { sentPicker } from "./picker-form"
import { pickerFieldNames } from "./schema"

/** Other fields are those of the form around the picker, and stay as they are. */
const pickForm = z.object({ pick_field: z.enum(pickerFieldNames) })

/** Filters the documents of a picker: answers with its lists, or without scripts with the page. */
export function pickerPages(deps: DbDeps): Hono {
  return new Hono().post("/", async (c) => {
    const { pick_field } = await readForm(c, pickForm)
    if (isHtmx(c))
      return c.html(PickLists({ picker: await sentPicker(deps, pick_field, await fieldsOf(c)) }))
    const page = await formAgain(c, [])
    return page === undefined ? goTo(c, "/") : c.html(page)
  })
}
