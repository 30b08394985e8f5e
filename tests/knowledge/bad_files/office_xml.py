"""XML that declares things, and Office files with more in them than text."""

from collections.abc import Iterator
from pathlib import Path

from tests.knowledge import office_files as office
from tests.knowledge.bad_files.cases import BODY, PARSED, Case, Cases, Make, of_bytes, of_parts

CASES = Cases()
ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'lol'>{}]>".format(
    "".join(f"<!ENTITY a{number} '{f'&a{number - 1};' * 10}'>" for number in range(1, 10))
)


# --- XML -------------------------------------------------------------------------------------------------------------
def poisoned(parts: office.Parts, name: str, prologue: str = ENTITY, use: str = "&e;") -> Make:
    """A part that declares an entity and uses it in the first text there is."""
    text = str(parts[name])
    head, mark, rest = text.partition("?>") if text.startswith("<?xml") else ("", "", text)
    at = rest.rfind("</")
    return of_parts({**parts, name: f"{head}{mark}{prologue}{rest[:at]}{use}{rest[at:]}"})


WITH_TITLE = {**office.docx(BODY), "docProps/core.xml": "<cp:c xmlns:cp='x' xmlns:dc='y'><dc:title>t</dc:title></cp:c>"}
ROW = '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>'
SHEETS = office.xlsx(ROW, shared="<si><t>words</t></si>")
for _label, _parts, _part in (
    ("document.docx", office.docx(BODY), "word/document.xml"), ("types.docx", office.docx(BODY), "[Content_Types].xml"),
    ("core.docx", WITH_TITLE, "docProps/core.xml"), ("strings.xlsx", SHEETS, "xl/sharedStrings.xml"),
    ("slide.pptx", office.pptx(office.shape("words")), "ppt/slides/slide1.xml"),
    ("content.odt", office.odt("<text:p>words</text:p>"), "content.xml"),
    ("package.epub", office.epub("<p>words</p>"), "OEBPS/package.opf"),
):  # fmt: skip
    CASES.add(f"xxe_{_label}", poisoned(_parts, _part), "xml_entities_forbidden", never="root:")
CASES.add("laughs.docx", poisoned(office.docx(BODY), "word/document.xml", LAUGHS, "&a9;"), "xml_entities_forbidden")
CASES.add(
    "quadratic.svg",
    of_bytes(b"<!DOCTYPE svg [<!ENTITY a '%s'>]><svg>%s</svg>" % (b"x" * 100_000, b"<text>&a;</text>" * 10_000)),
    "xml_entities_forbidden",
)
CASES.add(
    "files.svg",
    of_bytes(
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="file:///etc/passwd"/>'
        b"<foreignObject><p>x</p></foreignObject><text>words</text></svg>"
    ),
    PARSED,
    says="words",
    never="alert",
)


def http_files(address: str) -> Iterator[Case]:
    """Files that ask for an address; nothing may be heard there."""
    outside = f'<!DOCTYPE x SYSTEM "{address}/x.dtd">'
    parameter = f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{address}/p"> %p;]>'
    included = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{address}/i"/>'
    forbidden = frozenset({"xml_entities_forbidden"})
    for number, prologue in enumerate((outside, parameter)):
        make = poisoned(office.docx(BODY), "word/document.xml", prologue, "")
        yield Case(name=f"http{number}.docx", make=make, ends=forbidden)
        make = poisoned(SHEETS, "xl/worksheets/sheet1.xml", prologue, "")
        yield Case(name=f"http{number}.xlsx", make=make, ends=forbidden)
        drawing = f"{prologue}<svg><text>w</text></svg>".encode()
        yield Case(name=f"http{number}.svg", make=of_bytes(drawing), ends=forbidden)
    parsed = frozenset({PARSED})
    yield Case(name="include.docx", make=of_parts(office.docx(BODY + included)), ends=parsed, says="Some words")
    template = office.docx(BODY)
    target = f'TargetMode="External" Target="{address}/t.dotm"'
    relation = f'<Relationship Id="t" Type="http://x/attachedTemplate" {target}/>'
    template["word/_rels/settings.xml.rels"] = office.RELATIONS.format(relation)
    template["word/_rels/document.xml.rels"] = office.RELATIONS.format(relation)
    yield Case(name="template.docx", make=of_parts(template), ends=parsed, says="Some words")
    page = (
        f'<html><head><link rel=stylesheet href="{address}/c"><script src="{address}/s"></script></head><body>'
        f'<img src="{address}/i"><iframe src="file:///etc/passwd"></iframe><p>words</p></body></html>'
    )
    yield Case(name="page.html", make=of_bytes(page.encode()), ends=parsed, says="words", never="root:")
    formula = f'<sheetData><row r="1"><c r="A1"><f>WEBSERVICE("{address}/f")</f><v>7</v></c></row></sheetData>'
    yield Case(name="formula.xlsx", make=of_parts(office.xlsx(formula)), ends=parsed, says="7", never="WEBSERVICE")


# --- Office: what stays closed ---------------------------------------------------------------------------------------
EMBEDDED: office.Parts = {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0secret", "word/vbaProject.bin": b"macro"}
CASES.add("object.docx", of_parts({**office.docx(BODY), **EMBEDDED}), PARSED, says="Some words", never="secret")
CASES.add("macro.docm", of_parts({**office.docx(BODY), **EMBEDDED}), PARSED, says="Some words", never="macro")
CASES.add("dde.csv", of_bytes(b"a,b\n=cmd|' /C calc'!A0,2\n"), PARSED, says="=cmd")
RANGE = f'<dimension ref="A1:XFD1048576"/>{ROW}'
CASES.add("range.xlsx", of_parts(office.xlsx(RANGE, shared="<si><t>one</t></si>")), PARSED, says="one")
CASES.add(
    "far.xlsx",
    of_parts(office.xlsx('<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')),
    "no_text",
    PARSED,
)
CASES.add("hidden.xlsx", of_parts(office.xlsx(ROW, shared="<si><t>secret</t></si>", state="hidden")), "no_text")


def half(name: str, parts: office.Parts, code: str) -> None:
    def make(path: Path) -> None:
        data = office.packed(path, parts).read_bytes()
        path.write_bytes(data[: len(data) // 2])

    CASES.add(name, make, code)


half("half.docx", office.docx(BODY * 50), "malformed_docx")
half("half.xlsx", SHEETS, "malformed_xlsx")
half("half.epub", office.epub("<p>words</p>"), "malformed_epub")
