import { AppError, type Issue, messageOf } from "../../platform/errors"
import { type QuestionInput, questionInput } from "./schema"

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
