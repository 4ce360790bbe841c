import { FORM_PAGE, type FormFields } from "./form"
import { attribute, type FormOutline, findForm, kindOf, outlineForms } from "./form-outline"
import type { FormProblem } from "./schema"

type Element = HTMLRewriterTypes.Element

export type SentForm = {
  /** The path that it was sent to. */
  action: string
  /** The page that shows it. */
  page: string
  fields: FormFields
  problems: FormProblem[]
}

/** The sentences beside fields, below the fields, and above the page for a form without any. */
type Placed = { beside: Map<string, string>; below: string; above: string }

const FOCUS = 'tabindex="-1" autofocus'

/**
 * Shows a sent form again: puts what was typed into its fields, and what is wrong beside them.
 * Returns undefined if the page has no such form. FormEncode's htmlfill works the same way.
 */
export function fillForm(html: string, sent: SentForm): string | undefined {
  const form = findForm(outlineForms(html), sent.action, sent.fields)
  if (!form) return undefined
  const placed = place(sent.problems, form)
  const wrong = form.fields.filter(({ name }) => placed.beside.has(name))
  const unfolded = new Set([form, ...wrong].flatMap(({ folds }) => folds))
  let [formCount, foldCount, isInside, isInGroup, select] = [0, 0, false, false, ""]
  return new HTMLRewriter()
    .on("title", {
      element(title) {
        if (sent.problems.length > 0) title.prepend("Error: ")
      },
    })
    .on("main", {
      element(main) {
        if (!placed.above) return
        const callout = `class="callout" data-tone="bad" ${FOCUS}`
        main.prepend(`<p ${callout}>${Bun.escapeHTML(placed.above)}</p>`, { html: true })
      },
    })
    .on("details", {
      element(element) {
        if (unfolded.has(foldCount++)) element.setAttribute("open", "")
      },
    })
    .on("form", {
      element(element) {
        if (formCount++ !== form.number) return
        begin(element, sent.page, placed)
        isInside = true
        element.onEndTag(() => {
          isInside = false
        })
      },
    })
    .on("[data-field]", {
      element(element) {
        isInGroup = true
        element.onEndTag(() => {
          isInGroup = false
        })
      },
    })
    .on("input, select, textarea, [data-field]", {
      element(element) {
        if (!isInside) return
        if (element.tagName === "select") select = attribute(element, "name")
        // The page itself shows what was chosen in a group (`sentBefore`).
        if (!isInGroup) fill(element, sent.fields)
        blame(element, placed)
      },
    })
    .on("select option", {
      element(element) {
        const values = isInside && !isInGroup ? sent.fields[select] : undefined
        if (values) set(element, "selected", values.includes(attribute(element, "value")))
      },
    })
    .transform(html)
}

/** A form with a single place for problems has them all there. */
function place(problems: FormProblem[], { fields }: FormOutline): Placed {
  const places = fields.filter(({ kind }) => kind === "text" || kind === "group")
  const names = [...new Set(places.map(({ name }) => name))]
  const beside = new Map<string, string>()
  const below: string[] = []
  for (const { fields, message } of problems) {
    const name = fields.find((it) => names.includes(it)) ?? (names.length === 1 ? names[0] : null)
    if (name == null) below.push(message)
    else beside.set(name, [beside.get(name), message].filter(Boolean).join(" "))
  }
  const rest = below.join(" ")
  return names.length === 0
    ? { beside, below: "", above: rest }
    : { beside, below: rest, above: "" }
}

function begin(form: Element, page: string, { beside, below }: Placed): void {
  // A refresh of the part around it would take what was typed.
  form.setAttribute("hx-morph-skip", "")
  const hidden = `<input type="hidden" name="${FORM_PAGE}" value="${Bun.escapeHTML(page)}">`
  form.prepend(hidden, { html: true })
  const focus = beside.size === 0 ? FOCUS : ""
  if (below) form.append(problemHtml("form", below, focus), { html: true })
}

/** Keys and hidden values never go from a request back into a page. */
function fill(element: Element, fields: FormFields): void {
  const kind = kindOf(element)
  const values = fields[attribute(element, "name")]
  if (kind === "tick") {
    set(element, "checked", values?.includes(attribute(element, "value")) ?? false)
  } else if (element.tagName === "textarea" && values) {
    // A browser drops the first line break.
    element.setInnerContent(`\n${values[0] ?? ""}`)
  } else if (kind === "text" && element.tagName === "input" && values) {
    const isSecret = ["password", "file"].includes(attribute(element, "type"))
    if (!isSecret) element.setAttribute("value", Bun.escapeHTML(values[0] ?? ""))
  }
}

function blame(element: Element, { beside }: Placed): void {
  const kind = kindOf(element)
  const name = attribute(element, kind === "group" ? "data-field" : "name")
  const problem = kind === "text" || kind === "group" ? beside.get(name) : undefined
  if (problem === undefined) return
  const id = `problem-${name}`
  const described = [element.getAttribute("aria-describedby"), id].filter(Boolean).join(" ")
  element.setAttribute("aria-describedby", described)
  const isFirst = name === beside.keys().next().value
  if (kind === "group") {
    element.prepend(problemHtml(name, problem, isFirst ? FOCUS : ""), { html: true })
    return
  }
  element.setAttribute("aria-invalid", "true")
  if (isFirst) element.setAttribute("autofocus", "")
  element.after(problemHtml(name, problem), { html: true })
}

function problemHtml(name: string, problem: string, attributes = ""): string {
  const id = Bun.escapeHTML(`problem-${name}`)
  return `<p class="problem" id="${id}" ${attributes}>${Bun.escapeHTML(problem)}</p>`
}

function set(element: Element, name: string, isSet: boolean): void {
  if (isSet) element.setAttribute(name, "")
  else element.removeAttribute(name)
}
