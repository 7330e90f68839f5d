"""``python -m fbtool`` and the ``fbtool`` command."""


def main() -> None:
    """Run the command line."""
    from fbtool.cli import run

    run()


if __name__ == "__main__":
    main()
