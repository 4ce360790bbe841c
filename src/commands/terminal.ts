/** Results go out, everything else goes to err. */
export type Terminal = {
  /** Resolves when the text was handed over, or when nobody reads any more (`| head`). */
  out(text: string): Promise<void>
  err(text: string): void
  /** Resolves when all that was written is on its way, so that the process may end. */
  flush(): Promise<void>
  /** Whether out is a screen, which a person reads. */
  outIsTTY: boolean
  /** Whether err is a screen that lines can be rewritten on. */
  errIsTTY: boolean
  columns(): number
}

/** A terminal on two streams of the process. A reader that goes away is no error. */
export function createTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Terminal {
  const out = writer(stdout)
  const err = writer(stderr)
  return {
    out,
    err: (text) => void err(text),
    flush: async () => void (await Promise.all([out(""), err("")])),
    outIsTTY: stdout.isTTY ?? false,
    errIsTTY: stderr.isTTY ?? false,
    columns: () => stderr.columns || 80,
  }
}

function writer(stream: NodeJS.WriteStream): (text: string) => Promise<void> {
  let gone = false
  stream.on("error", () => {
    gone = true
  })
  return (text) =>
    new Promise((resolve) => {
      if (gone) return resolve()
      stream.write(text, (error) => {
        if (error) gone = true
        resolve()
      })
    })
}
