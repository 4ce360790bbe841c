/** `hidden` says what the form is about; a `group` is an element that holds several ticks. */
type FieldKind = "hidden" | "tick" | "text" | "group"

type Field = { name: string; kind: FieldKind; value: string; folds: number[] }

/** A form of a page. `folds` are the numbers of the <details> around it or around a field. */
export type FormOutline = { number: number; action: string; folds: number[]; fields: Field[] }

/** Lists the forms of a page with their fields. */
export function outlineForms(html: string): FormOutline[] {
  const forms: FormOutline[] = []
  const folds: number[] = []
  let foldCount = 0
  let form: FormOutline | undefined
  new HTMLRewriter()
    .on("details", {
      element(element) {
        folds.push(foldCount++)
        element.onEndTag(() => void folds.pop())
      },
    })
    .on("form", {
      element(element) {
        form = {
          ...{ number: forms.length, action: attribute(element, "action") },
          ...{ folds: [...folds], fields: [] },
        }
        forms.push(form)
        element.onEndTag(() => {
          form = undefined
        })
      },
    })
    .on("input, select, textarea, [data-field]", {
      element(element) {
        const kind = kindOf(element)
        const name = attribute(element, kind === "group" ? "data-field" : "name")
        form?.fields.push({ name, kind, value: attribute(element, "value"), folds: [...folds] })
      },
    })
    .transform(html)
  return forms
}

/**
 * Finds the form that sent these fields. Of several with the same action, its hidden fields and
 * the names of the others tell which.
 */
export function findForm(
  forms: FormOutline[],
  action: string,
  sent: Record<string, string[]>,
): FormOutline | undefined {
  const likeness = (form: FormOutline) => {
    const known = form.fields.filter(({ name, value, kind }) =>
      kind === "hidden" ? sent[name]?.includes(value) : name in sent,
    )
    return (form.action === action ? 1000 : 0) + known.length
  }
  const rated = forms.map((form) => ({ form, likeness: likeness(form) }))
  const [likest] = rated.sort((a, b) => b.likeness - a.likeness)
  return likest && likest.likeness > 0 ? likest.form : undefined
}

export function kindOf(element: HTMLRewriterTypes.Element): FieldKind {
  if (element.hasAttribute("data-field")) return "group"
  const type = element.getAttribute("type")
  if (type === "checkbox" || type === "radio") return "tick"
  return type === "hidden" || type === "submit" || type === "button" ? "hidden" : "text"
}

/** Returns an attribute's text. The rewriter hands it over as it was escaped. */
export function attribute(element: HTMLRewriterTypes.Element, name: string): string {
  const escaped = element.getAttribute(name) ?? ""
  return escaped.replace(/&(quot|#34|#39|lt|gt|amp);/g, (whole, code) => escapes[code] ?? whole)
}

const escapes: Record<string, string> = {
  ...{ quot: '"', "#34": '"', "#39": "'" },
  ...{ lt: "<", gt: ">", amp: "&" },
}
