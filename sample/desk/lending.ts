import { addDays, daysBetween } from "./dates"

const loanDays = 7
const openLoansMax = 5

type Loan = {
  tool_id: string
  member_id: string
  due_on: string
  extended: boolean
}

export function lend(toolId: string, memberId: string, open: Loan[], today: string): Loan {
  const other = open.find((loan) => loan.tool_id === toolId)
  if (other) throw new Error(`On loan until ${other.due_on}`)
  const own = open.filter((loan) => loan.member_id === memberId)
  if (own.length >= openLoansMax) throw new Error("Five tools already")

  // TODO look up whether another member has reserved it.

  return {
    tool_id: toolId,
    member_id: memberId,
    due_on: addDays(today, loanDays),
    extended: false,
  }
}

export function extend(loan: Loan, isReserved: boolean): Loan {
  if (loan.extended) throw new Error("Extended already")
  if (isReserved) throw new Error("Reserved by another member")
  return { ...loan, due_on: addDays(loan.due_on, loanDays), extended: true }
}

export function lateFee(loan: Loan, today: string, depositEur: number): number {
  return Math.min(Math.max(0, daysBetween(loan.due_on, today)), depositEur)
}
