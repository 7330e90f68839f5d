"""Shorter names change nothing: TypeScript finds every variable bound as before."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fbtool.webchat import joiner
from fbtool.webchat.javascript import compact, tokens
from fbtool.webchat.short_names import shortened
from fbtool.webchat.shorter_forms import with_constants_in_place, with_short_literals
from tests.nested import nested
from tests.node import installed, run

HERE = Path(__file__).parent
TRICKY = r"""
const outer = 1, second = 2; let third;
function called(first, { second: taken, third = outer, ...rest }, [fourth, fifth = first], ...others) {
  const shape = { first, taken, named: third, outer() { return rest + this.first; }, get size() { return fourth; } };
  for (const [key, value] of Object.entries(shape)) { if (key) { third = value, fifth(key); } }
  for (const word of first) { const first = word; second(first); }
  for (let place = 0; place < others.length; place++)
    console.log(`${others[place]} ${`${shape.first}`} ${{ taken }.taken}`);
  try { shape?.first?.(taken); } catch (problem) { throw new Error(problem.message, { cause: problem }); }
  const inner = async (single) => { await single; return { single, other: (a, b) => ({ a, b, [single]: outer }) }; };
  const lonely = word => word ? word : shape;
  const chain = lonely ? word => word => word ?? outer : (word, lonely) => lonely ? word => word : word;
  return { inner, lonely, chain, value: third ? outer : fifth, open: open(), name, status: lonely(name) };
}
class Thing extends Object { #hidden = outer; static made = second;
  make(given) { const { made } = Thing; return made + given; } }
const name = "kept", reopened = (event) => event.name;
export_(called, Thing, reopened, name, document.title, name ? (outer, third) : second);
"""


def bindings(script: str, folder: Path) -> list[int | str]:
    (folder / "script.js").write_text(script, "utf-8")
    modules = installed(HERE / "package.json") / "node_modules"
    return json.loads(run("node", HERE / "bindings.cjs", folder / "script.js", folder=folder, NODE_PATH=str(modules)))


@pytest.fixture(autouse=True)
def node() -> None:
    if not shutil.which("node"):
        pytest.skip("node is not installed (Debian: nodejs)")


def test_every_variable_of_the_widget_means_what_it_meant(tmp_path: Path) -> None:
    whole = joiner.merged(joiner.WIDGET)
    before = bindings(compact(with_constants_in_place(with_short_literals(whole))), tmp_path)
    after = bindings(compact(joiner.shorter(whole)), tmp_path)
    assert before == after
    assert {"document", "window"} < {name for name in after if isinstance(name, str)}


def test_no_name_is_only_used(tmp_path: Path) -> None:
    """What a module uses without declaring or importing it is the browser's; also where modules are left out."""
    for features in (frozenset[str](), joiner.ALL):
        found = bindings(compact(joiner.merged(joiner.WIDGET, features)), tmp_path)
        assert not {"proofOfWork", "fetchSettings", "createEmbedding"} & {*found}


def test_forms_that_are_easily_mistaken(tmp_path: Path) -> None:
    whole = tokens(TRICKY)
    short = compact(shortened(whole))
    assert bindings(TRICKY, tmp_path) == bindings(short, tmp_path)
    assert "outer" not in short.replace("outer()", "")
    assert "{first:" in short


NAMES = st.sampled_from(["one", "two", "three"])


def block(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """A statement that declares names around others."""
    forms = [
        "function {0}({1}) {{ {2} }}",
        "const f_{0} = ({{ {0}, {1}: [other] }}, ...rest) => {{ {2} }};",
        "go(({0}) => ({{ {0}, {1}: {0} }}), {1} => {1} ? {0} : {1}); {2}",
        "for (const {0} of {1}) {{ {2} }}",
        "for (let {0} = 0; {0} < {1}; {0}++) go({0});",
        "try {{ {2} }} catch ({0}) {{ go({0}, {1}); }}",
        "if ({1}) {{ const {0} = `${{{1}}}`; {2} }} else go({0});",
        "go({{ {0}({1}) {{ {2} }}, get {1}() {{ return {0}; }} }});",
    ]
    return st.builds(
        lambda form, one, other, statements: form.format(one, other if other != one else "four", " ".join(statements)),
        st.sampled_from(forms),
        NAMES,
        NAMES,
        st.lists(inner, max_size=3),
    )


STATEMENTS = nested(st.builds("go({0}, given.{0}, {{ {0} }});".format, NAMES), block)


@settings(max_examples=5, deadline=None)
@given(st.lists(STATEMENTS, min_size=5, max_size=15))
def test_any_program_keeps_what_its_variables_mean(statements: list[str]) -> None:
    source = '"use strict";' + " ".join(f"{{ {statement} }}" for statement in statements)
    with TemporaryDirectory() as folder:
        assert bindings(source, Path(folder)) == bindings(compact(shortened(tokens(source))), Path(folder))
