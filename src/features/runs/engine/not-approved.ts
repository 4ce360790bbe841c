import type { AppError } from "../../../platform/errors"

/** Says why a gate didn't approve. The step that waited at it fails with `failure`. */
export class NotApproved extends Error {
  override readonly name = "NotApproved"

  constructor(readonly failure: AppError) {
    super(failure.message)
  }
}
