import type { FormProblem } from "./form-problems"

export type Frame = { version: string; signedIn?: boolean }

export type ErrorPageProps = Frame & {
  status: number
  name: string
  message: string
  request_id: string
  /** What is wrong with the sent form, for static/problems.js. */
  problems: FormProblem[]
}

/** Renders the page that a browser gets for an error. */
export type ErrorPage = (props: ErrorPageProps) => JSX.Element
