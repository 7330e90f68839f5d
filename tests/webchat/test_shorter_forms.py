"""Shorter forms mean the same."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from fbtool.webchat.javascript import compact, tokens
from fbtool.webchat.joiner import shorter
from fbtool.webchat.shorter_forms import (
    with_bare_parameters,
    with_constants_in_place,
    with_joined_declarations,
    with_joined_lines,
    with_short_literals,
    with_short_properties,
)


@pytest.mark.parametrize(
    ("source", "short"),
    [
        ("const A = 5000; f(A);", "f(5000);"),
        ("const A = 5000; f(A, A);", "const A=5000;f(A,A);"),
        ("const A = 17; f(A, A);", "f(17,17);"),
        ('const A = "a"; f(A.length, A);', 'const A="a";f(A.length,A);'),
        ("const A = 1; f({ A });", "const A=1;f({A});"),
        ("const A = 1; f((A) => A);", "f((A)=>A);"),
        ("let A = 1; f(A);", "let A=1;f(A);"),
        ("const A = 1 + x; f(A);", "const A=1+x;f(A);"),
        ("f(() => A); const A = 1;", "f(()=>A);const A=1;"),
        ("function f() { const A = 1; return A; }", "function f(){const A=1;return A}"),
    ],
)
def test_constants_stand_where_they_are_used(source: str, short: str) -> None:
    assert compact(with_constants_in_place(tokens(source))) == short


@pytest.mark.parametrize(
    ("source", "short"),
    [
        ("return true;", "return!0;"),
        ("f(undefined, false);", "f(void 0,!1);"),
        ("a.true = { true: undefined };", "a.true={true:void 0};"),
        ("true.toString();", "true.toString();"),
        ("f(0.5, 60000, 6100, 1000, 10, 5000.5);", "f(.5,6e4,6100,1e3,10,5000.5);"),
        ("return 0.5;", "return.5;"),
    ],
)
def test_literals_are_short(source: str, short: str) -> None:
    assert compact(with_short_literals(tokens(source))) == short


@pytest.mark.parametrize(
    ("source", "short"),
    [
        ("f((a) => b, async (a) => b);", "f(a=>b,async a=>b);"),
        ("f((a, b) => b, () => c, ({ a }) => a, (...a) => a);", "f((a,b)=>b,()=>c,({a})=>a,(...a)=>a);"),
        ("((a) => (b) => c)(d);", "(a=>b=>c)(d);"),
    ],
)
def test_one_parameter_needs_no_brackets(source: str, short: str) -> None:
    assert compact(with_bare_parameters(tokens(source))) == short


@pytest.mark.parametrize(
    ("source", "short"),
    [
        ("let a = 1; let b; let c = (d, e); f();", "let a=1,b,c=(d,e);f();"),
        ("let a = 1; f(); let b = 2;", "let a=1;f();let b=2;"),
        ("for (let a of b) { c(); let d = 1; let e; }", "for(let a of b){c();let d=1,e}"),
        ("let a = () => { b(); }; let c;", "let a=()=>{b()},c;"),
        ("let a = 1\nf(); let b;", "let a=1\nf();let b;"),
        ("if (a) { let b; } let c; { let d; }", "if(a){let b}let c;{let d}"),
        ("a.let; let b;", "a.let;let b;"),
    ],
)
def test_declarations_side_by_side_are_one(source: str, short: str) -> None:
    assert compact(with_joined_declarations(tokens(source))) == short


@pytest.mark.parametrize(
    ("source", "short"),
    [
        ("if (a) {\nb();\n}\nc();", "if(a){b()}c();"),
        ("async function f() {}\nfunction g() {}\nf();", "async function f(){}function g(){}f();"),
        ("try {\na();\n} catch (b) {\n}\ntry {} catch {}\nc();", "try{a()}catch(b){}try{}catch{}c();"),
        ("let a = function () {}\nb();", "let a=function(){}\nb();"),
        ("let a = () => {}\nb();", "let a=()=>{}\nb();"),
        ("let a = {}\nb();", "let a={}\nb();"),
    ],
)
def test_a_block_ends_its_statement(source: str, short: str) -> None:
    assert compact(with_joined_lines(tokens(source))) == short


def test_custom_properties_have_one_letter() -> None:
    source = """css = ".a{--ink:red;color:var(--ink);margin:var(--top,0) --b}.a--ink{}"; set("--top", top--ink);"""
    short = """css=".a{--a:red;color:var(--a);margin:var(--b,0) --c}.a--ink{}";set("--b",top--ink);"""
    assert compact(with_short_properties(tokens(source))) == short
    many = ",".join(f'"--{first}{second}"' for first in "abcdefgh" for second in "abcdefgh")
    with pytest.raises(ValueError, match="letters"):
        with_short_properties(tokens(many))
    with pytest.raises(ValueError, match="plain strings"):
        with_short_properties(tokens("set(`--ink`);"))


@pytest.mark.skipif(not shutil.which("node"), reason="node is not installed (Debian: nodejs)")
def test_a_shorter_program_computes_the_same(tmp_path: Path) -> None:
    source = r"""
      const TWICE = 2; const NAME = "chat"; const LONG = 86400000;
      const double = (value) => value * TWICE;
      function name({ first, last = NAME }, ...others) {
        const all = [first, last]; let count = 0;
        for (const one of others) { all.push(one); const size = one.length; count += size; }
        try { if (count > 2) { throw new Error("many"); } } catch (count) { all.push(count.message); }
        return { all, count, get half() { const all = count / 2; return all; }, empty: undefined === all.none };
      }
      const answer = name({ first: "a" }, "bb", "c");
      console.log(JSON.stringify([answer, answer.half, double(4), LONG / 1000, [LONG].map((value) => value > 0.5)]));
    """
    answers = []
    for text in (source, compact(shorter(tokens(source)))):
        (tmp_path / "script.js").write_text(text, "utf-8")
        answers.append(subprocess.run(["node", tmp_path / "script.js"], capture_output=True, check=True).stdout)
    assert answers[0] == answers[1]
    assert json.loads(answers[1])[0]["all"] == ["a", "chat", "bb", "c", "many"]
