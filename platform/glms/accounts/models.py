"""People, workspaces with their members, invitations, the instance's settings, secrets."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from glms.core.models import Timestamped, WorkspaceRow, new_id
from glms.core.secrets import Binding, EncryptedColumn, register


class Role(models.TextChoices):
    """What a member may do in a workspace; each role may all that the ones after it may."""

    OWNER = "owner"
    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"


class UserManager(BaseUserManager["User"]):
    def create_user(self, *, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. `is_instance_owner` is set for the first account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=10, blank=True)
    is_instance_owner = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    default_workspace: Any = models.ForeignKey(
        "accounts.Workspace", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.UniqueConstraint(
                fields=["is_instance_owner"], condition=Q(is_instance_owner=True), name="one_instance_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def is_staff(self) -> bool:
        return False


class Workspace(Timestamped):
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class Membership(Timestamped):
    workspace: Any = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user: Any = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="member_role_known"),
        ]


class Invitation(WorkspaceRow):
    """A link by which one person may join; only a hash of its token is stored."""

    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=10, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by: Any = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)


class InstanceSettings(models.Model):
    """One row: what the owner set for the whole instance."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=80, default="GLMs")
    signup_open = models.BooleanField(default=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_instance")]


class Secret(WorkspaceRow):
    """A named value of a workspace, encrypted under a key bound to this table, row and workspace."""

    name = models.CharField(max_length=80)
    value = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "name"], name="secret_name_once"),
        ]

    @property
    def binding(self) -> Binding:
        """Where this row's ciphertext belongs."""
        return SECRET_VALUE.binding(self)


SECRET_VALUE = register(EncryptedColumn(model=Secret, column="value"))
