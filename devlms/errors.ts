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

export const accessRefused = (debuginfo: string): MoodleError =>
  new MoodleError(
    'webservice_access_exception',
    'accessexception',
    'Access control exception',
    debuginfo,
  );

export const missingRecord = (table: string): MoodleError =>
  new MoodleError(
    'dml_missing_record_exception',
    'invalidrecord',
    `Can't find data record in database table ${table}.`,
  );

export const permissionMissing = (name: string): MoodleError =>
  new MoodleError(
    'required_capability_exception',
    'nopermissions',
    `Sorry, but you do not currently have permissions to do that (${name}).`,
  );

export const notAccessible = (): MoodleError =>
  new MoodleError(
    'require_login_exception',
    'requireloginerror',
    'Course or activity not accessible.',
  );

/** The database refused a row: a value that is too long, or one that is taken. */
export const writeRefused = (): MoodleError =>
  new MoodleError('dml_write_exception', 'dmlwriteexception', 'Error writing to database');

export const codingError = (hint: string, debuginfo?: string): MoodleError =>
  new MoodleError(
    'coding_exception',
    'codingerror',
    `Coding error detected, it must be fixed by a programmer: ${hint}`,
    debuginfo,
  );
