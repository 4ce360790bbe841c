import { createInterface } from "node:readline"
import { text } from "node:stream/consumers"
import { type Conversation, converse } from "./conversation"
import { printable } from "./printable"

/** Results go to `out`, everything else to `err`. */
export type Terminal = {
  /** Resolves when the text is written, or when nobody reads any more (`| head`). */
  out(text: string): Promise<void>
  err(text: string): void
  /** Resolves when everything is written and the process may exit. */
  flush(): Promise<void>
  /** True if `out` is a terminal that a person reads. */
  outIsTTY: boolean
  /** True if `err` is a terminal on which lines can be rewritten. */
  errIsTTY: boolean
  columns(): number
  /** Asks for a line. Resolves to undefined at the end of input. Missing if nobody can be asked. */
  ask?: (question: string) => Promise<string | undefined>
  /** Like `ask`, without showing what is typed. */
  askHidden?: (question: string) => Promise<string | undefined>
  /** Opens a conversation that owns the keyboard until it is closed. Missing as `ask` is. */
  converse?: () => Conversation
  /** Reads everything that is piped in. Missing if stdin is a terminal. */
  input?: () => Promise<string>
}

/** Creates a terminal from the process's streams. A reader that goes away is not an error. */
export function createTerminal(
  stdout: NodeJS.WriteStream,
  stderr: NodeJS.WriteStream,
  stdin: NodeJS.ReadStream,
): Terminal {
  const out = writer(stdout)
  const err = writer(stderr)
  return {
    out: (text) => out(stdout.isTTY ? printable(text) : text),
    err: (text) => void err(text),
    flush: async () => void (await Promise.all([out(""), err("")])),
    outIsTTY: stdout.isTTY ?? false,
    errIsTTY: stderr.isTTY ?? false,
    columns: () => stderr.columns || 80,
    ...(stdin.isTTY && stderr.isTTY
      ? {
          ask: (question) => ask(stdin, err, question),
          askHidden: (question) => askHidden(stdin, err, question),
          converse: () => converse(stdin, stderr),
        }
      : {}),
    ...(stdin.isTTY ? {} : { input: () => text(stdin) }),
  }
}

/** Leaves the terminal mode unchanged, so that Ctrl-C still reaches the process. */
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

const keys = { enter: /[\r\n]/, interrupt: "\x03", end: "\x04", erase: /[\b\x7f]/, clear: "\x15" }

/** Reads key by key, because only then the terminal shows nothing. */
function askHidden(
  stdin: NodeJS.ReadStream,
  err: (text: string) => Promise<void>,
  question: string,
): Promise<string | undefined> {
  void err(question)
  stdin.setRawMode(true)
  return new Promise((resolve) => {
    let typed = ""
    const end = (answer: string | undefined) => {
      stdin.off("data", hear)
      stdin.setRawMode(false)
      stdin.pause()
      void err("\n")
      resolve(answer)
    }
    const hear = (bytes: Buffer) => {
      for (const key of bytes.toString()) {
        if (keys.enter.test(key)) return end(typed)
        if (key === keys.end) return end(undefined)
        if (key === keys.interrupt) {
          end(undefined)
          process.kill(process.pid, "SIGINT")
          return
        }
        if (keys.erase.test(key)) typed = typed.slice(0, -1)
        else if (key === keys.clear) typed = ""
        else typed += key
      }
    }
    stdin.on("data", hear)
    stdin.resume()
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
