"""The numbers of the system calls that the sandbox's filter looks at, per processor."""

from dataclasses import dataclass

DENIED = {
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "move_mount": (429, 429),
    "open_tree": (428, 428), "fsopen": (430, 430), "fsconfig": (431, 431), "fsmount": (432, 432),
    "fspick": (433, 433), "mount_setattr": (442, 442), "statmount": (457, 457), "listmount": (458, 458),
    "unshare": (272, 97), "setns": (308, 268), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "process_madvise": (440, 440),
    "pidfd_getfd": (438, 438), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "personality": (135, 92), "swapon": (167, 224), "swapoff": (168, 225),
    "reboot": (169, 142), "sethostname": (170, 161), "setdomainname": (171, 162), "iopl": (172, None),
    "ioperm": (173, None), "modify_ldt": (154, None), "acct": (163, 89), "quotactl": (179, 60),
    "quotactl_fd": (443, 443), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "lookup_dcookie": (212, 18), "nfsservctl": (180, 42), "vhangup": (153, 58), "syslog": (103, 116),
    "clock_settime": (227, 112), "settimeofday": (164, 170), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "uselib": (134, None), "ustat": (136, None), "sysfs": (139, None), "_sysctl": (156, None),
    "create_module": (174, None), "get_kernel_syms": (177, None), "query_module": (178, None), "mbind": (237, 235),
    "set_mempolicy": (238, 237), "set_mempolicy_home_node": (450, 450), "migrate_pages": (256, 238),
    "move_pages": (279, 239), "kcmp": (312, 272), "fanotify_init": (300, 262), "vmsplice": (278, 75),
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186),
    "semget": (64, 190),
}  # fmt: skip
"""Calls that foreign code never needs, as (x86_64, aarch64); None: not there.

The last ones hold memory that belongs to no process, which watching processes does not find.
"""

LAST_KNOWN = 466
"""Later calls (`removexattrat` was 466) answer that the kernel has none of them, until someone has judged them."""


@dataclass(frozen=True, kw_only=True)
class Processor:
    """How one processor's calls are told apart. `audit` is the kernel's AUDIT_ARCH number."""

    audit: int
    column: int
    clone: int
    clone3: int
    socket: int
    socketpair: int
    ioctl: int
    prctl: int
    foreign_abi: int | None
    """Calls from this number on belong to another calling convention (x32)."""

    def denied(self) -> list[int]:
        return sorted(number for numbers in DENIED.values() if (number := numbers[self.column]) is not None)


PROCESSORS = {
    "x86_64": Processor(
        audit=0xC000003E, column=0, clone=56, clone3=435, socket=41, socketpair=53, ioctl=16, prctl=157,
        foreign_abi=0x40000000,
    ),
    "aarch64": Processor(
        audit=0xC00000B7, column=1, clone=220, clone3=435, socket=198, socketpair=199, ioctl=29, prctl=167,
        foreign_abi=None,
    ),
}
