import type { AppError } from "../errors"
import type { Issue } from "../shapes/issue"
import type { FormProblem } from "./schema"

/** Each issue belongs to the field of its path; other errors to the field of one of their details. */
export function problemsOf({
  message,
  details,
}: Pick<AppError, "message" | "details">): FormProblem[] {
  const { issues, help, ...others } = details
  if (Array.isArray(issues)) return issues.map(problemOf)
  const advice = typeof help === "string" ? ` ${help}` : ""
  return [{ fields: Object.keys(others), message: message + advice }]
}

/** "input.document_ids.3" is about the last of its parts that is a field. */
function problemOf({ path, message }: Issue): FormProblem {
  return { fields: path.split(".").filter(Boolean).reverse(), message: sentence(message) }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
