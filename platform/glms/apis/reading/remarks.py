"""The report while it is written: what was skipped or altered, once per operation and cause, counted."""

from dataclasses import replace

from glms.apis.reading.limits import MAX_REMARKS
from glms.apis.reading.shapes import Effect, Remark
from inference.text import clean

SENTENCES = {
    "additional_operations": "Methods beyond the usual eight are not read.",
    "argument_renamed": "An argument got another name, because models cannot write it or two were the same.",
    "arguments_left_out": "Optional arguments were left out, because all of them together are too long for a model.",
    "bad_default": "A default that does not fit its own type was left out.",
    "bad_operation": "This is no operation: an object was expected.",
    "bad_parameter": "A parameter without a usable name or place was left out.",
    "bad_path": "This path cannot be called: it must begin with / and have no .., spaces or control characters.",
    "bad_schema": "A schema that is none was taken as any value.",
    "bad_security": "A way of signing in that cannot be read was left out.",
    "bad_server": "A server whose address is no plain http or https address was left out.",
    "body_as_text": "The body's format is not one that we build, so the model writes it as text.",
    "body_not_sent": "The body was left out: this method sends none.",
    "constraint_dropped": "A rule that models cannot be held to was left out; the service checks it itself.",
    "credential_left_out": "A key or password in the text was not kept. Enter it under Authentication.",
    "credential_not_settable": "A parameter that carries the credential is filled in by us and not by the model.",
    "document_too_large": "The document is too large to be read to its end. Import a part of it.",
    "duplicate_operation": "Another operation has the same method and path.",
    "enum_cut": "A list of allowed values was too long and was left out.",
    "external_ref": "A reference to another document is not followed. Paste one document with everything in it.",
    "header_not_settable": "A header that steers the connection itself is not set by the model.",
    "inside_address": "This address is not on the public internet; it works only where the operator allows it.",
    "limit_dropped": "A limit that says nothing or costs too much to keep was left out.",
    "method_not_supported": "This method is not called.",
    "missing_parameter": "The path has a placeholder that nobody describes; it was taken as text.",
    "missing_ref": "A reference leads nowhere within the document; it was taken as any value.",
    "no_server": "The document does not say where the service is. Enter its address.",
    "not_valid": "The document does not keep to the standard here.",
    "operation_limit": "The document has more operations than are read. Import a part of it.",
    "parameter_limit": "This operation has more parameters than are read.",
    "property_name": "A field whose name is too long was left out.",
    "recursive_schema": "A schema that contains itself was cut at its second turn.",
    "schema_cut": "A schema was too deep or too long for a model; its inner parts are open.",
    "scheme_not_supported": "This way of signing in is not supported.",
    "server_limit": "The document has more servers than are read.",
    "too_large": "The arguments are too long for a model, even shortened.",
    "union_dropped": "Alternatives that cannot be told together were left out.",
    "unknown_scheme": "A way of signing in is asked for that the document does not describe.",
    "unknown_type": "A type that JSON does not have was taken as any value.",
    "validation_unfinished": "Only a part of this large document was compared with the standard.",
}
"""What each code means, in a sentence."""


class Report:
    """Remarks in the order in which they were made."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Remark] = {}

    def add(self, code: str, effect: Effect, *, operation: str = "", place: str = "", detail: str = "") -> None:
        """detail: what of the document it is about, in a few characters of its own."""
        key = (operation, code, detail if not operation else "")
        if (known := self._found.get(key)) is not None:
            self._found[key] = replace(known, times=known.times + 1)
        elif len(self._found) < MAX_REMARKS or effect == "skipped":
            message = f"{SENTENCES[code]} ({clean(detail)[:200]})" if detail else SENTENCES[code]
            self._found[key] = Remark(
                code=code, message=message, effect=effect, operation=clean(operation), place=clean(place)[:500]
            )

    def remarks(self) -> tuple[Remark, ...]:
        return tuple(self._found.values())
