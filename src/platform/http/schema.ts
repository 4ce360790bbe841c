export type Frame = { version: string; signedIn?: boolean }

export type ErrorPageProps = Frame & {
  status: number
  name: string
  message: string
  request_id: string
}

/** Renders the page that a browser gets for an error. */
export type ErrorPage = (props: ErrorPageProps) => JSX.Element
