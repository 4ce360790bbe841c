import { createInterface } from "node:readline"

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
  /** Asks a person for a line; undefined if there will be none. Missing where nobody can be asked. */
  ask?: (question: string) => Promise<string | undefined>
}

/** A terminal on the streams of the process. A reader that goes away is no error. */
export function createTerminal(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  stdin: NodeJS.ReadStream,
): Terminal {
  const out = writer(stdout)
  const err = writer(stderr)
  return {
    out,
    err: (text) => void err(text),
    flush: async () => void (await Promise.all([out(""), err("")])),
    outIsTTY: stdout.isTTY ?? false,
    errIsTTY: stderr.isTTY ?? false,
    columns: () => stderr.columns || 80,
    ...(stdin.isTTY && stderr.isTTY ? { ask: (question) => ask(stdin, err, question) } : {}),
  }
}

/** The terminal stays as it is, so that Ctrl-C reaches the process. */
function ask(
  stdin: NodeJS.ReadStream,
  err: (text: string) => Promise<void>,
  question: string,
): Promise<string | undefined> {
  void err(question)
  const lines = createInterface({ input: stdin, terminal: false })
  return new Promise((resolve) => {
    lines.once("line", (line) => {
      resolve(line)
      lines.close()
    })
    lines.once("close", () => resolve(undefined))
  })
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
