"""`python -m flows` is `yishu`."""

from flows.cli import main

if __name__ == "__main__":
    main()
