/** The trace is not one of this program: harness or file, never the system. */
export class MalformedTrace extends Error {
  override readonly name = 'MalformedTrace';
}
