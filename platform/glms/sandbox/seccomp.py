"""Builds the sandbox's system call filter as a classic BPF program, without libseccomp.

Source: Documentation/userspace-api/seccomp_filter.rst and networking/filter.rst of the Linux kernel.
"""

import errno
import struct

from glms.sandbox.syscalls import LAST_KNOWN, Processor

LOAD, EQUAL, AT_LEAST, ANY_BIT, ANSWER = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT, SECOND_ARGUMENT = 0, 4, 16, 24
"""Offsets in `struct seccomp_data`; of an argument the low half is read (both processors are little-endian)."""

KILL_PROCESS, FAIL, ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
NEW_NAMESPACES = 0x7E020000
"""CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET."""
AF_UNIX, AF_NETLINK = 1, 16
TERMINAL_TRICKS = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX put words into another's terminal."""
PR_SET_PDEATHSIG = 1
"""By it the first process inside ends with its supervisor; foreign code can write that process's memory."""

Instruction = tuple[int, int, int, int]


def program(processor: Processor) -> bytes:
    """The filter for `bwrap --seccomp`: everything is allowed but what is named here.

    `clone3` answers ENOSYS, so that libc falls back to `clone`, whose flags a filter can see. Netlink answers
    EOPNOTSUPP, because libraries abort on other answers. Foreign calling conventions end the process.
    """
    code: list[Instruction] = [
        _load(ARCHITECTURE),
        (EQUAL, 1, 0, processor.audit),
        _answer(KILL_PROCESS),
        _load(NUMBER),
    ]
    if processor.foreign_abi is not None:
        code += [(AT_LEAST, 0, 1, processor.foreign_abi), _answer(KILL_PROCESS)]
    code += [(AT_LEAST, 0, 1, LAST_KNOWN + 1), _fail(errno.ENOSYS)]
    for number in processor.denied():
        code += _when(number, [_fail(errno.EPERM)])
    code += _when(processor.clone3, [_fail(errno.ENOSYS)])
    code += _when(processor.clone, [_load(FIRST_ARGUMENT), (ANY_BIT, 0, 1, NEW_NAMESPACES), _fail(errno.EPERM)])
    for number in (processor.socket, processor.socketpair):
        code += _when(number, _families())
    code += _when(processor.ioctl, [_load(SECOND_ARGUMENT), *_refused(TERMINAL_TRICKS)])
    code += _when(processor.prctl, [_load(FIRST_ARGUMENT), *_refused((PR_SET_PDEATHSIG,))])
    code.append(_answer(ALLOW))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _load(offset: int) -> Instruction:
    return (LOAD, 0, 0, offset)


def _answer(value: int) -> Instruction:
    return (ANSWER, 0, 0, value)


def _fail(number: int) -> Instruction:
    return _answer(FAIL | number)


def _when(number: int, body: list[Instruction]) -> list[Instruction]:
    """Run the body for one call; a body of several instructions ends by allowing."""
    whole = body if len(body) == 1 else [*body, _answer(ALLOW)]
    return [(EQUAL, 0, len(whole), number), *whole]


def _families() -> list[Instruction]:
    return [
        _load(FIRST_ARGUMENT),
        (EQUAL, 0, 1, AF_UNIX),
        _answer(ALLOW),
        (EQUAL, 0, 1, AF_NETLINK),
        _fail(errno.EOPNOTSUPP),
        _fail(errno.EAFNOSUPPORT),
    ]


def _refused(values: tuple[int, ...]) -> list[Instruction]:
    """Refuse the call when what was loaded is one of the values."""
    return [step for value in values for step in ((EQUAL, 0, 1, value), _fail(errno.EPERM))]
