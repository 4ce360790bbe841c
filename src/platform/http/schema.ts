/** The addresses of the styles and scripts of every page. */
export type Assets = { css: string; js: string }

/** What every page needs. */
export type Frame = { version: string; assets: Assets; signedIn?: boolean }

/** A problem with a sent form, and the fields that it may be about, likeliest first. */
export type FormProblem = { fields: string[]; message: string }

export type ErrorPageProps = Frame & {
  status: number
  name: string
  message: string
  request_id: string
  /** The problems with the sent form, for scripts. */
  problems: FormProblem[]
}

/** Renders the page that a browser gets for an error. */
export type ErrorPage = (props: ErrorPageProps) => JSX.Element
