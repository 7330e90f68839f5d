"""``fbtool completion``: shell completion."""

import click

from fbtool.language import N_


@click.command(
    help=N_(
        "Print the completion script for your shell.\n\n"
        'bash: put  eval "$(fbtool completion bash)"  into ~/.bashrc\n\n'
        'zsh: put  eval "$(fbtool completion zsh)"  into ~/.zshrc\n\n'
        "fish: fbtool completion fish > ~/.config/fish/completions/fbtool.fish"
    )
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that click makes for the shell."""
    from click.shell_completion import get_completion_class

    from fbtool.cli import root

    kind = get_completion_class(shell)
    if kind is not None:
        click.echo(kind(root, {}, "fbtool", "_FBTOOL_COMPLETE").source())
