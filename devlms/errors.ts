/** What Moodle answers in place of a result, always with HTTP 200. */

/** The class of Moodle's exception, its code, its sentence, and what only a site in debugging tells. */
export class MoodleError extends Error {
  override readonly name = 'MoodleError';
  readonly exception: string;
  readonly errorcode: string;
  readonly debuginfo: string | null;

  constructor(exception: string, errorcode: string, message: string, debuginfo?: string) {
    super(message);
    this.exception = exception;
    this.errorcode = errorcode;
    this.debuginfo = debuginfo ?? null;
  }
}

/** What most refusals are: only the code tells them apart. */
export const moodleException = (errorcode: string, message: string): MoodleError =>
  new MoodleError('moodle_exception', errorcode, message);

/** Says nothing of what is wrong but in debugging: in production every refused argument looks alike. */
export const invalidParameter = (debuginfo: string): MoodleError =>
  new MoodleError(
    'invalid_parameter_exception',
    'invalidparameter',
    'Invalid parameter value detected',
    debuginfo,
  );

/** A result that does not keep to its own description. */
export const invalidResponse = (debuginfo: string): MoodleError =>
  new MoodleError(
    'invalid_response_exception',
    'invalidresponse',
    'Invalid response value detected',
    debuginfo,
  );

/** The token, its address, its user or the function: which of them is told in debugging only. */
export const accessRefused = (debuginfo: string): MoodleError =>
  new MoodleError(
    'webservice_access_exception',
    'accessexception',
    'Access control exception',
    debuginfo,
  );

/** A row that had to be there is not. */
export const missingRecord = (table: string): MoodleError =>
  new MoodleError(
    'dml_missing_record_exception',
    'invalidrecord',
    `Can't find data record in database table ${table}.`,
  );

/** The caller lacks a capability, which is named as people read it. */
export const permissionMissing = (name: string): MoodleError =>
  new MoodleError(
    'required_capability_exception',
    'nopermissions',
    `Sorry, but you do not currently have permissions to do that (${name}).`,
  );

/** The course does not let the caller in. */
export const notAccessible = (): MoodleError =>
  new MoodleError(
    'require_login_exception',
    'requireloginerror',
    'Course or activity not accessible.',
  );

/** The database refused a row: a value that is too long, or one that is taken. */
export const writeRefused = (): MoodleError =>
  new MoodleError('dml_write_exception', 'dmlwriteexception', 'Error writing to database');

/** What Moodle blames on whoever wrote the call. */
export const codingError = (hint: string, debuginfo?: string): MoodleError =>
  new MoodleError(
    'coding_exception',
    'codingerror',
    `Coding error detected, it must be fixed by a programmer: ${hint}`,
    debuginfo,
  );
