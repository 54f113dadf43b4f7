"""People who sign in, and what they hold in their agency regardless of any case."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.mail import send_mail
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.agency import Agency
from cases.models.base import SystemRecord
from cases.models.fields import HELD_DAYS


class PersonManager(UserManager["User"]):
    """Makes accounts; only the administrator's service and the loader of the demonstration call it."""

    def _create_user(self, username: str, email: str | None, password: str | None, **extra: Any) -> User:
        extra.pop("is_staff", None)
        extra.pop("is_superuser", None)
        user = self.model(username=username, email=self.normalize_email(email), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def visible_to(self, user: Any) -> models.QuerySet[User]:
        """Colleagues are known to everyone who is signed in."""
        return self.get_queryset()


class User(AbstractBaseUser, SystemRecord):
    """A person with an account.

    There is no superuser: what a person may do comes from memberships of cases and appointments in an agency only.
    """

    username = models.CharField(
        _("user name"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    full_name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="people", verbose_name=_("agency")
    )
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demonstration = models.BooleanField(_("demonstration account"), default=False, editable=False)
    # Somebody else knows the password: at the next sign-in nothing else is done before it is changed.
    must_change_password = models.BooleanField(
        _("must choose a password"), default=False, db_default=False, editable=False
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    # A sign-in is not a change of the account: it is logged in the access log, not written here.
    last_login = None

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "agency"]

    objects: ClassVar[PersonManager] = PersonManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["full_name"]
        constraints = [
            # The password of a demonstration account is public, and stays as it is.
            models.CheckConstraint(
                name="cases_user_demonstration_keeps_password",
                condition=Q(is_demonstration=False) | Q(must_change_password=False),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def is_staff(self) -> bool:
        """Everyone who may sign in works in the admin; what they see there is decided case by case."""
        return self.is_active

    @property
    def is_superuser(self) -> bool:
        """Nobody is."""
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's model permissions grant nothing here; `cases.access` does."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        """Show an app's section to whoever may sign in; its lists narrow themselves."""
        return self.is_active

    def get_full_name(self) -> str:
        """Return the name as it is shown and recorded."""
        return self.full_name

    def get_short_name(self) -> str:
        """Return the name as it is shown and recorded."""
        return self.full_name

    def email_user(self, subject: str, message: str, from_email: str | None = None, **kwargs: Any) -> None:
        """Send this person a message."""
        if self.email:
            send_mail(subject, message, from_email, [self.email], **kwargs)

    def check_password(self, raw_password: str | None) -> bool:
        """Check a password; a hash of an outdated kind is renewed, and that change has a name like any other."""
        from django.contrib.auth.hashers import check_password

        from cases.ledger.context import change

        def renew(password: str | None) -> None:
            self.set_password(password)
            with change(self, "cases.user.password_rehashed"):
                self.save(update_fields=["password"])

        return check_password(raw_password, self.password, renew)


class AppointmentRole(models.TextChoices):
    """What a person holds in an agency, over and above single cases."""

    SUPERVISOR = "supervisor", _("supervisor")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")
    PROSECUTOR = "prosecutor", _("prosecutor who may open cases")
    LABORATORY = "laboratory", _("laboratory analyst")


class Appointment(SystemRecord):
    """A role in an agency from a day until a day: supervisors and auditors read all its cases through it."""

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("agency")
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=16, choices=AppointmentRole.choices)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("Last day; empty while it lasts.")
    )

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["agency", "role", "from_on"]
        constraints = [
            models.CheckConstraint(
                name="cases_appointment_days_ordered",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")),
            ),
            models.CheckConstraint(
                name="cases_appointment_role", condition=Q(role__in=AppointmentRole.values)
            ),
            # The same role twice at the same time would let one copy outlive the end of the other.
            ExclusionConstraint(
                name="cases_appointment_once",
                expressions=[
                    ("agency", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (HELD_DAYS, RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.agency.short_name}"
