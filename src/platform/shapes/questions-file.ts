import { z } from "zod"
import { AppError, invalid, messageOf } from "../errors"
import type { Issue } from "./issue"

export const grade = z.number().int().min(0).max(100)
export const place = z.number().int().min(0)
export const spanned = ({
  start,
  end,
}: {
  start?: number | undefined
  end?: number | undefined
}) => (start === undefined || end === undefined ? start === end : start < end)
export const spanRule = "Give start and end together, with start before end."

/** A document by name or id. A span, in UTF-16 units, limits the relevant part. */
const relevantInput = z.union([
  z.string().min(1),
  z
    .strictObject({
      document: z.string().min(1),
      grade: grade.optional(),
      start: place.optional(),
      end: place.optional(),
    })
    .refine(spanned, spanRule),
])

export const questionInput = z.strictObject({
  /** Identifies the question in a TREC run. Defaults to its line number. */
  id: z
    .string()
    .regex(/^\S{1,100}$/, "Use a single word.")
    .optional(),
  query: z.string().trim().min(1, "Enter a search query.").max(10_000),
  relevant: z.array(relevantInput).min(1, "Name at least one document.").max(10_000),
})
export type QuestionInput = z.infer<typeof questionInput>

/** Parses the questions of a JSONL file. Throws ValidationError, listing every wrong line. */
export function parseQuestions(text: string): QuestionInput[] {
  const questions: QuestionInput[] = []
  const issues: Issue[] = []
  for (const [i, line] of text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === "") continue
    const read = readLine(line)
    if (typeof read === "string") issues.push({ path: `line ${i + 1}`, message: read })
    // A question without an id is reported by its line number.
    else questions.push({ ...read, id: read.id ?? `${i + 1}` })
  }
  const [first] = issues
  if (first) {
    const sentence = `Some lines are not questions. ${first.path}: ${first.message}`
    throw new AppError("ValidationError", sentence, { issues })
  }
  if (questions.length === 0) {
    throw invalid("", "The file contains no questions.")
  }
  return questions
}

export function formatQuestions(questions: QuestionInput[]): string {
  return questions.map((question) => `${JSON.stringify(question)}\n`).join("")
}

function readLine(line: string): QuestionInput | string {
  try {
    const { success, data, error } = questionInput.safeParse(JSON.parse(line))
    if (success) return data
    const [issue] = error.issues
    return [issue?.path.join("."), issue?.message].filter(Boolean).join(": ")
  } catch (thrown) {
    return `It is not JSON (${messageOf(thrown)}).`
  }
}
