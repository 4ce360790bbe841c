import { createInterface } from "node:readline"

/** A talk with the person at the terminal. */
export type Conversation = {
  /** Asks for a message; several pasted lines are one. Undefined at the end of input or on Ctrl-C. */
  ask(prompt: string): Promise<string | undefined>
  /** Called for each Ctrl-C while nothing is asked. */
  onInterrupt(stop: () => void): void
  close(): void
}

/** Keeps what was typed, for the arrow keys. Ctrl-C reaches the conversation, not the process. */
export function converse(stdin: NodeJS.ReadStream, stderr: NodeJS.WriteStream): Conversation {
  const reader = createInterface({ input: stdin, output: stderr, terminal: true, prompt: "" })
  const pasted: string[] = []
  const sent: string[] = []
  let asked: ((message: string | undefined) => void) | undefined
  let stop = () => {}
  let isClosed = false

  function answer(message: string | undefined): void {
    asked?.(message)
    asked = undefined
  }

  reader.on("line", (line) => {
    pasted.push(line)
    // Lines of one paste arrive together; its last one may still stand in the editor.
    setImmediate(() => {
      if (pasted.length === 0 || reader.line) return
      sent.push(pasted.splice(0).join("\n"))
      if (asked) answer(sent.shift())
    })
  })
  reader.on("SIGINT", () => (asked ? answer(undefined) : stop()))
  reader.on("close", () => {
    isClosed = true
    answer(undefined)
  })
  return {
    ask(prompt) {
      const typedAhead = sent.shift()
      if (typedAhead !== undefined || isClosed) return Promise.resolve(typedAhead)
      reader.setPrompt(prompt)
      reader.prompt()
      return new Promise((resolve) => {
        asked = resolve
      })
    },
    onInterrupt(callback) {
      stop = callback
    },
    close: () => reader.close(),
  }
}
