import { z } from "zod"
import { AppError, messageOf } from "../errors"
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
export const spanRule = "start and end come together, start before end."

/** A document by its name or id; with a span, what of it is relevant, in UTF-16 units. */
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
  /** Names the question in a TREC run; by default its number. */
  id: z
    .string()
    .regex(/^\S{1,100}$/, "It is one word.")
    .optional(),
  query: z.string().trim().min(1, "Say what to look for.").max(10_000),
  relevant: z.array(relevantInput).min(1, "Name at least one document.").max(10_000),
})
export type QuestionInput = z.infer<typeof questionInput>

/** The questions of a JSONL file. Throws a ValidationError that names each wrong line. */
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
    // Its line names a question in the answer, where it has no name of its own.
    else questions.push({ ...read, id: read.id ?? `${i + 1}` })
  }
  const [first] = issues
  if (first) {
    const sentence = `Not every line is a question. ${first.path}: ${first.message}`
    throw new AppError("ValidationError", sentence, { issues })
  }
  if (questions.length === 0) {
    const message = "There is no question in the file."
    throw new AppError("ValidationError", message, { issues: [{ path: "", message }] })
  }
  return questions
}

export function formatQuestions(questions: QuestionInput[]): string {
  return questions.map((question) => `${JSON.stringify(question)}\n`).join("")
}

/** A question, or what is wrong with the line. */
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
