"""The widget is written as modules and served as one classic script, without what only people read."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fbtool.webchat.javascript import compact, tokens
from fbtool.webchat.joiner import compact_css, join


def written(folder: Path, **modules: str) -> Path:
    for name, source in modules.items():
        (folder / name.replace("__", ".")).write_text(source, "utf-8")
    return folder


def texts(source: str) -> list[str]:
    return [token.text for token in tokens(source)]


def shortened(source: str) -> str:
    return compact(tokens(source))


def test_what_a_module_imports_stands_before_it(tmp_path: Path) -> None:
    script = join(
        written(
            tmp_path,
            main__js='import { b } from "./b.js";\nimport { a } from "./a.js";\na(b);\n',
            a__js='import { b } from "./b.js";\n/** @param {number} x */\nexport function a(x) {\n  return x + b;\n}\n',
            b__js="// What a needs.\nexport const b = 1;\n",
        )
    )
    assert script == '(()=>{"use strict";function A(e){return e+1}A(1);\n})();\n'


def test_style_and_words_become_constants(tmp_path: Path) -> None:
    written(
        tmp_path,
        main__js='import style from "./s.css" with { type: "text" };\n'
        'import de from "./w.json" with { type: "json" };\nuse(style, de);',
        s__css='/* box */\n.a > .b:hover , a {\n  margin: calc(1px + 2px) ;\n  content: "/* no */ ; }";\n}\n',
        w__json='{\n  "hello": "Grüß Gott \\"Sie\\""\n}',
    )
    script = join(tmp_path)
    assert 'let A={"hello":"Gr\\u00fc\\u00df Gott \\"Sie\\""};' in script
    assert json.dumps('.a > .b:hover,a{margin:calc(1px + 2px);content:"/* no */ ; }"}') in script
    assert script.endswith(",A);\n})();\n")


@pytest.mark.parametrize(
    ("modules", "why"),
    [
        (
            {"main__js": 'import { a } from "./a.js";\nconst x = 1;', "a__js": "export const a = 1, y = 2;\nlet x;"},
            "both declare x",
        ),
        ({"main__js": 'import { a } from "./a.js";', "a__js": 'import { m } from "./main.js";'}, "by way of others"),
        ({"main__js": 'import { a as b } from "./a.js";', "a__js": "export const a = 1;"}, "another name"),
        ({"main__js": 'import * as b from "./a.js";', "a__js": "export const a = 1;"}, "another name"),
        ({"main__js": 'import a from "./a.js";', "a__js": "export const a = 1;"}, "in braces"),
        ({"main__js": "export default 1;"}, "only declarations"),
        ({"main__js": 'a();\nimport { a } from "./a.js";', "a__js": ""}, "after the first statement"),
        ({"main__js": 'say("Grüße");'}, "ASCII"),
    ],
)
def test_what_would_come_out_wrong_is_refused(tmp_path: Path, modules: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        join(written(tmp_path, **modules))


@pytest.mark.parametrize(
    ("source", "short"),
    [
        ("a = b / c / d; // no regex", "a=b/c/d;"),
        ("if (a) /[/]'`\"/.test(b)", "if(a)/[/]'`\"/.test(b)"),
        ("x = (a) / 2 / b", "x=(a)/2/b"),
        ("return /\\/* \\/\\//g", "return/\\/* \\/\\//g"),
        ("a.return / 2 / 1", "a.return/2/1"),
        ("a[0] / 2 / 1", "a[0]/2/1"),
        ("a + +b - -c + ++d", "a+ +b- -c+ ++d"),
        ("a = 5 .toFixed()", "a=5 .toFixed()"),
        ("a ? .5 : b?.c", "a?.5:b?.c"),
        ("let a = 1\nlet b = 2\n(c)", "let a=1\nlet b=2\n(c)"),
        ("f(\n  a,\n  b\n)", "f(a,b)"),
        ("s = `a  /* kept */ ${b + `${/* x */ '}'}  ` } \\` `", "s=`a  /* kept */ ${b+`${'}'}  `} \\` `"),
        ("s = 'it\\'s  // kept' + \"/* kept */\"", "s='it\\'s  // kept'+\"/* kept */\""),
        ("a /* one\ntwo */ b", "a\nb"),
        ("class A { #x = 1; get  y() { return this.#x } }", "class A{#x=1;get y(){return this.#x}}"),
        ("a < !--b", "a< !--b"),
        ("while (a-- > b) {}", "while(a-- >b){}"),
    ],
)
def test_only_space_and_comments_go(source: str, short: str) -> None:
    assert shortened(source) == short


@pytest.mark.parametrize("source", ["a = {} / 2", "'", "`${", "(", ")", "/* ", "a = /x"])
def test_what_is_not_understood_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        tokens(source)


PIECES = st.sampled_from(
    [
        "'a  // b'",
        '"it\'s /* x */"',
        "`a  ${ b /* in */ + '}' }  // c`",
        "`\\`${`${1}`}`",
        "/[/'\"`]+\\/ x/g",
        "/ /",
        "17",
        "1.5e+3",
        ".5",
        "name",
        "$x_1",
        "(a)",
        "[ 1,  2 ]",
        "(() => { return /'/ })",
        "(function () { if (a) { b() } ; return 1 })",
    ]
)
SPACES = st.sampled_from([" ", "\n", "\n\n    ", " /* it's `odd */ ", " // it's / odd`\n", "\t/* a\nb */\n"])
SIGNS = st.sampled_from(
    ["+", "-", "*", "/", "<", ">", ",", "=== ", "&&", "? 1 :", "+ +", "- -", "+ !", "instanceof", "in"]
)


@given(st.lists(st.tuples(SIGNS, SPACES, PIECES, SPACES), max_size=12), PIECES)
def test_any_expression_keeps_its_tokens(parts: list[tuple[str, str, str, str]], first: str) -> None:
    source = first + "".join(f"{space}{sign}{space}{piece}{after}" for sign, space, piece, after in parts)
    found = tokens(source)
    assert texts(compact(found)) == [token.text for token in found]
    assert compact(tokens(compact(found))) == compact(found)
    assert all(piece in compact(found) for _, _, piece, _ in parts if piece[0] in "'\"/")


@given(st.lists(st.tuples(st.sampled_from(["let a%d = 1", "f%d()", "g(`%d  `)", "x = {a: %d}"]), SPACES)))
def test_statements_without_semicolons_stay_apart(parts: list[tuple[str, str]]) -> None:
    source = "".join(statement % place + "\n" + space for place, (statement, space) in enumerate(parts))
    assert len(shortened(source).splitlines()) == len(parts)


def test_a_style_sheet_keeps_what_counts() -> None:
    assert compact_css("a :hover , b{ }\n@media (max-width:  1px) { c > d { e: f  g; ; } }") == (
        "a :hover,b{}@media (max-width:1px){c > d{e:f g;}}"
    )


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed (Debian: nodejs)")
def test_a_shortened_program_computes_the_same(tmp_path: Path) -> None:
    source = r"""
      const half = (x) => x /* by */ / 2 / 1;   // "half"
      const tag = `a  ${ half(4) /* ` */ } // b`
      const list = ["it's", 'say "hi"', `\`${`${half(8)}`}`, String(/[/"'`]\/ +/g)]
      let n = 1
      ;[3, 4].forEach((x) => { n += + x - -1 })
      if (n) /'/.test("'") && list.push("re")
      console.log(JSON.stringify([tag, list, n, n-- > 1, 5 .toFixed(1), n ? .5 : 1]))
    """
    files = []
    for name, text in (("long.js", source), ("short.js", shortened(source))):
        (tmp_path / name).write_text(text, "utf-8")
        files.append(tmp_path / name)
    long, short = (subprocess.run(["node", file], capture_output=True, text=True, check=True).stdout for file in files)
    assert long == short
    assert json.loads(long)[0] == "a  2 // b"


def test_texts_travel_without_their_names(tmp_path: Path) -> None:
    written(
        tmp_path,
        main__js='import words from "./words.en.json" with { type: "json" };\n'
        "say(words.send, words.again, other.send);",
    )
    (tmp_path / "words.en.json").write_text('{"send": "Send", "again": "Again"}', "utf-8")
    (tmp_path / "words.de.json").write_text('{"again": "Noch einmal", "send": "Senden"}', "utf-8")
    assert "let A=\"Again|Send\".split('|');say(A[1],A[0],other.send);" in join(tmp_path)
    (tmp_path / "words.de.json").write_text('{"again": "Noch einmal"}', "utf-8")
    with pytest.raises(ValueError, match="same texts"):
        join(tmp_path)


def test_a_left_out_module_is_null(tmp_path: Path) -> None:
    written(
        tmp_path,
        main__js='import { createEmbedding } from "./embed.js";\nif (createEmbedding) createEmbedding();',
        embed__js="export async function createEmbedding() { say(1); }",
    )
    assert "say(1)" in join(tmp_path)
    assert "let A=null;if(A)A();" in join(tmp_path, frozenset())


def test_an_empty_statement_stays_one() -> None:
    source = "{ while (a()); } { if (b) c(); else ; } { d(); }"
    assert shortened(source) == "{while(a());}{if(b)c();else;}{d()}"
