"""Adds photographs, documents, their links and the alarms about stored files, under the ledger."""

import cases.ids
import cases.models.base
import cases.models.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from cases.ledger.operations import FreezeColumns, KeepColumns, ProtectTable, RunSqlFile
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0005_case_language"),
        ("remains", "0008_lean_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cases.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "handling",
                    models.CharField(
                        choices=[
                            ("open", "open to the case team"),
                            ("investigation", "investigation only"),
                            ("humanitarian", "humanitarian only"),
                        ],
                        db_default="open",
                        default="open",
                        max_length=16,
                        verbose_name="handling",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version"
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="withdrawn at"),
                ),
                (
                    "withdrawn_reason",
                    models.TextField(blank=True, editable=False, verbose_name="reason of withdrawal"),
                ),
                ("serial", models.PositiveIntegerField(editable=False, verbose_name="serial")),
                ("number", models.CharField(editable=False, max_length=20, verbose_name="number")),
                ("sha256", models.CharField(editable=False, max_length=64, verbose_name="SHA-256")),
                ("size_bytes", models.PositiveBigIntegerField(editable=False, verbose_name="size in bytes")),
                (
                    "original_name",
                    models.CharField(
                        editable=False, max_length=255, verbose_name="name of the file, as stated"
                    ),
                ),
                (
                    "media_type",
                    models.CharField(
                        choices=[
                            ("image/jpeg", "JPEG picture"),
                            ("image/png", "PNG picture"),
                            ("image/tiff", "TIFF picture"),
                            ("image/heic", "HEIC picture"),
                            ("image/x-raw", "raw picture of a camera"),
                            ("application/pdf", "PDF document"),
                            ("application/octet-stream", "file that is only handed out"),
                        ],
                        editable=False,
                        max_length=40,
                        verbose_name="type",
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="received at"
                    ),
                ),
                (
                    "screen_sha256",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="copy for the screen, SHA-256"
                    ),
                ),
                (
                    "thumbnail_sha256",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="small copy, SHA-256"
                    ),
                ),
                ("remarks", models.TextField(blank=True, verbose_name="remarks")),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("decision", "decision or order"),
                            ("statement", "statement or protocol"),
                            ("expert_report", "expert report"),
                            ("plan", "plan, section or map"),
                            ("letter", "letter"),
                            ("form", "form or list"),
                            ("medical", "medical or dental record"),
                            ("other", "something else"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "author",
                    models.CharField(
                        blank=True,
                        help_text="Person or body that wrote or issued it.",
                        max_length=200,
                        verbose_name="author",
                    ),
                ),
                (
                    "dated_edtf",
                    cases.models.fields.UncertainDateField(
                        blank=True,
                        help_text="As precisely as it is known: 1992-02-26, 1992-02, 1992~ (about), ../1995 (1995 or earlier), 1992-02/1992-03.",
                        max_length=100,
                        verbose_name="dated",
                    ),
                ),
                (
                    "dated_earliest_on",
                    models.DateField(editable=False, null=True, verbose_name="dated, earliest"),
                ),
                (
                    "dated_latest_on",
                    models.DateField(editable=False, null=True, verbose_name="dated, latest"),
                ),
                ("page_count", models.PositiveIntegerField(editable=False, null=True, verbose_name="pages")),
                (
                    "fault",
                    models.CharField(
                        blank=True, editable=False, max_length=30, verbose_name="what was wrong with the file"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["sha256"], name="evidence_document_hash"),
                    models.Index(fields=["screen_sha256"], name="evidence_document_screen"),
                    models.Index(fields=["thumbnail_sha256"], name="evidence_document_thumb"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector("title", "author", config="simple"),
                        name="evidence_document_words",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="evidence_document_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_document_withdrawal_reasoned",
                    ),
                    models.UniqueConstraint(
                        fields=("case", "serial"), name="evidence_document_serial_unique"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("case", "sha256", "handling"),
                        name="evidence_document_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sha256__regex", "^[0-9a-f]{64}$"),
                            ("size_bytes__gt", 0),
                            models.Q(("original_name", ""), _negated=True),
                        ),
                        name="evidence_document_sealed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("screen_sha256", ""), ("thumbnail_sha256", "")),
                            models.Q(
                                ("screen_sha256__regex", "^[0-9a-f]{64}$"),
                                ("thumbnail_sha256__regex", "^[0-9a-f]{64}$"),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_document_copies",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "media_type__in",
                                [
                                    "image/jpeg",
                                    "image/png",
                                    "image/tiff",
                                    "image/heic",
                                    "image/x-raw",
                                    "application/pdf",
                                    "application/octet-stream",
                                ],
                            )
                        ),
                        name="evidence_document_media_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "decision",
                                    "statement",
                                    "expert_report",
                                    "plan",
                                    "letter",
                                    "form",
                                    "medical",
                                    "other",
                                ],
                            )
                        ),
                        name="evidence_document_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="evidence_document_titled"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dated_earliest_on__isnull", True),
                            ("dated_latest_on__isnull", True),
                            ("dated_earliest_on__lte", models.F("dated_latest_on")),
                            _connector="OR",
                        ),
                        name="evidence_document_dated_ordered",
                    ),
                ],
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FileAlarm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cases.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version"
                    ),
                ),
                (
                    "sha256",
                    models.CharField(editable=False, max_length=64, verbose_name="SHA-256 when it came in"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("missing", "missing"), ("altered", "altered")],
                        editable=False,
                        max_length=8,
                        verbose_name="what is wrong",
                    ),
                ),
                (
                    "found_sha256",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="SHA-256 now"),
                ),
                (
                    "found_bytes",
                    models.PositiveBigIntegerField(
                        editable=False, null=True, verbose_name="size now (bytes)"
                    ),
                ),
                (
                    "noticed_by",
                    models.CharField(
                        choices=[
                            ("reading", "somebody asked for the file"),
                            ("check", "a check of all files"),
                            ("upload", "the same file was uploaded again"),
                        ],
                        editable=False,
                        max_length=8,
                        verbose_name="how it came to light",
                    ),
                ),
                (
                    "noticed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="noticed at"
                    ),
                ),
                (
                    "answer",
                    models.TextField(blank=True, editable=False, verbose_name="what was found and done"),
                ),
                ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="answered at")),
                (
                    "answered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["missing", "altered"])),
                        name="evidence_filealarm_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("noticed_by__in", ["reading", "check", "upload"])),
                        name="evidence_filealarm_noticed_by_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("found_bytes__isnull", True), ("found_sha256", ""), ("kind", "missing")
                            ),
                            models.Q(
                                ("found_bytes__isnull", False),
                                ("kind", "altered"),
                                models.Q(("found_sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_filealarm_found",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True)
                            ),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_filealarm_answer_whole",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("sha256",),
                        name="evidence_filealarm_open_once",
                    ),
                ],
                "verbose_name": "alarm about a stored file",
                "verbose_name_plural": "alarms about stored files",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Photograph",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cases.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "handling",
                    models.CharField(
                        choices=[
                            ("open", "open to the case team"),
                            ("investigation", "investigation only"),
                            ("humanitarian", "humanitarian only"),
                        ],
                        db_default="open",
                        default="open",
                        max_length=16,
                        verbose_name="handling",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version"
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="withdrawn at"),
                ),
                (
                    "withdrawn_reason",
                    models.TextField(blank=True, editable=False, verbose_name="reason of withdrawal"),
                ),
                ("serial", models.PositiveIntegerField(editable=False, verbose_name="serial")),
                ("number", models.CharField(editable=False, max_length=20, verbose_name="number")),
                ("sha256", models.CharField(editable=False, max_length=64, verbose_name="SHA-256")),
                ("size_bytes", models.PositiveBigIntegerField(editable=False, verbose_name="size in bytes")),
                (
                    "original_name",
                    models.CharField(
                        editable=False, max_length=255, verbose_name="name of the file, as stated"
                    ),
                ),
                (
                    "media_type",
                    models.CharField(
                        choices=[
                            ("image/jpeg", "JPEG picture"),
                            ("image/png", "PNG picture"),
                            ("image/tiff", "TIFF picture"),
                            ("image/heic", "HEIC picture"),
                            ("image/x-raw", "raw picture of a camera"),
                            ("application/pdf", "PDF document"),
                            ("application/octet-stream", "file that is only handed out"),
                        ],
                        editable=False,
                        max_length=40,
                        verbose_name="type",
                    ),
                ),
                (
                    "received_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="received at"
                    ),
                ),
                (
                    "screen_sha256",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="copy for the screen, SHA-256"
                    ),
                ),
                (
                    "thumbnail_sha256",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="small copy, SHA-256"
                    ),
                ),
                ("remarks", models.TextField(blank=True, verbose_name="remarks")),
                (
                    "caption",
                    models.CharField(
                        blank=True,
                        help_text="What is to be seen, from where. It is shown to all who see the photograph.",
                        max_length=300,
                        verbose_name="caption",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("overview", "overview of a site"),
                            ("context", "context or section"),
                            ("in_place", "find in place"),
                            ("lifted", "find after lifting"),
                            ("specimen", "bone or tooth"),
                            ("injury", "injury"),
                            ("exhibit", "exhibit, clothing or effect"),
                            ("work", "people at work"),
                            ("paper", "label, plan or paper"),
                            ("other", "something else"),
                        ],
                        max_length=10,
                        null=True,
                        verbose_name="subject",
                    ),
                ),
                (
                    "shows_remains",
                    models.BooleanField(
                        blank=True,
                        help_text="It is veiled until somebody asks to see it, unless this says no.",
                        null=True,
                        verbose_name="shows remains",
                    ),
                ),
                (
                    "scale_present",
                    models.BooleanField(blank=True, null=True, verbose_name="scale in the picture"),
                ),
                (
                    "north_arrow_present",
                    models.BooleanField(blank=True, null=True, verbose_name="north arrow in the picture"),
                ),
                (
                    "taken_by_as_named",
                    models.CharField(
                        blank=True,
                        help_text="Person without an account.",
                        max_length=150,
                        verbose_name="taken by (no account)",
                    ),
                ),
                (
                    "taken_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="As whoever took it says. Leave it empty where only the camera's clock tells.",
                        null=True,
                        verbose_name="taken at",
                    ),
                ),
                (
                    "taken_on",
                    models.DateField(editable=False, null=True, verbose_name="day, as said or by the camera"),
                ),
                (
                    "camera_clock",
                    models.CharField(
                        blank=True, editable=False, max_length=30, verbose_name="clock of the camera"
                    ),
                ),
                (
                    "camera_offset",
                    models.CharField(
                        blank=True, editable=False, max_length=6, verbose_name="offset from UTC"
                    ),
                ),
                (
                    "camera_make",
                    models.CharField(
                        blank=True, editable=False, max_length=120, verbose_name="make of the camera"
                    ),
                ),
                (
                    "camera_model",
                    models.CharField(blank=True, editable=False, max_length=120, verbose_name="camera"),
                ),
                (
                    "camera_serial",
                    models.CharField(
                        blank=True, editable=False, max_length=120, verbose_name="serial number of the camera"
                    ),
                ),
                ("lens", models.CharField(blank=True, editable=False, max_length=120, verbose_name="lens")),
                (
                    "software",
                    models.CharField(
                        blank=True, editable=False, max_length=120, verbose_name="written by (program)"
                    ),
                ),
                (
                    "orientation",
                    models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="orientation"),
                ),
                ("width_px", models.PositiveIntegerField(editable=False, verbose_name="width (pixels)")),
                ("height_px", models.PositiveIntegerField(editable=False, verbose_name="height (pixels)")),
                (
                    "camera_latitude",
                    models.DecimalField(
                        decimal_places=7,
                        editable=False,
                        max_digits=10,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude, by the camera",
                    ),
                ),
                (
                    "camera_longitude",
                    models.DecimalField(
                        decimal_places=7,
                        editable=False,
                        max_digits=10,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude, by the camera",
                    ),
                ),
                (
                    "camera_altitude_m",
                    models.DecimalField(
                        decimal_places=1,
                        editable=False,
                        max_digits=8,
                        null=True,
                        verbose_name="altitude (m), by the camera",
                    ),
                ),
                (
                    "camera_accuracy_m",
                    models.DecimalField(
                        decimal_places=1,
                        editable=False,
                        max_digits=8,
                        null=True,
                        verbose_name="accuracy (m), by the camera",
                    ),
                ),
                (
                    "camera_direction_deg",
                    models.DecimalField(
                        decimal_places=1,
                        editable=False,
                        max_digits=4,
                        null=True,
                        verbose_name="direction of view (°), by the camera",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken by",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case", "taken_on", "id"], name="evidence_photograph_by_day"),
                    models.Index(fields=["sha256"], name="evidence_photograph_hash"),
                    models.Index(fields=["screen_sha256"], name="evidence_photograph_screen"),
                    models.Index(fields=["thumbnail_sha256"], name="evidence_photograph_thumb"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.search.SearchVector(
                            "caption", "taken_by_as_named", config="simple"
                        ),
                        name="evidence_photograph_words",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="evidence_photograph_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_photograph_withdrawal_reasoned",
                    ),
                    models.UniqueConstraint(
                        fields=("case", "serial"), name="evidence_photograph_serial_unique"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("case", "sha256", "handling"),
                        name="evidence_photograph_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sha256__regex", "^[0-9a-f]{64}$"),
                            ("size_bytes__gt", 0),
                            models.Q(("original_name", ""), _negated=True),
                        ),
                        name="evidence_photograph_sealed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("screen_sha256", ""), ("thumbnail_sha256", "")),
                            models.Q(
                                ("screen_sha256__regex", "^[0-9a-f]{64}$"),
                                ("thumbnail_sha256__regex", "^[0-9a-f]{64}$"),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_photograph_copies",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "media_type__in",
                                [
                                    "image/jpeg",
                                    "image/png",
                                    "image/tiff",
                                    "image/heic",
                                    "image/x-raw",
                                    "application/pdf",
                                    "application/octet-stream",
                                ],
                            )
                        ),
                        name="evidence_photograph_media_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("subject__isnull", True),
                            (
                                "subject__in",
                                [
                                    "overview",
                                    "context",
                                    "in_place",
                                    "lifted",
                                    "specimen",
                                    "injury",
                                    "exhibit",
                                    "work",
                                    "paper",
                                    "other",
                                ],
                            ),
                            _connector="OR",
                        ),
                        name="evidence_photograph_subject_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("media_type__startswith", "image/"),
                            models.Q(("screen_sha256", ""), _negated=True),
                        ),
                        name="evidence_photograph_is_picture",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("taken_by__isnull", True), ("taken_by_as_named", ""), _connector="OR"
                        ),
                        name="evidence_photograph_one_taker",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("camera_latitude__isnull", True), ("camera_longitude__isnull", True)),
                            models.Q(
                                ("camera_latitude__gte", -90),
                                ("camera_latitude__lte", 90),
                                ("camera_longitude__gte", -180),
                                ("camera_longitude__lte", 180),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_photograph_camera_place_whole",
                    ),
                ],
                "verbose_name": "photograph",
                "verbose_name_plural": "photographs",
                "ordering": ["-id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FileLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cases.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "handling",
                    models.CharField(
                        choices=[
                            ("open", "open to the case team"),
                            ("investigation", "investigation only"),
                            ("humanitarian", "humanitarian only"),
                        ],
                        db_default="open",
                        default="open",
                        max_length=16,
                        verbose_name="handling",
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version"
                    ),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="withdrawn at"),
                ),
                (
                    "withdrawn_reason",
                    models.TextField(blank=True, editable=False, verbose_name="reason of withdrawal"),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[("person", "somebody said so"), ("label", "its label is in the picture")],
                        editable=False,
                        max_length=8,
                        verbose_name="how it is known",
                    ),
                ),
                (
                    "linked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="linked at"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "context",
                    cases.models.base.CaseForeignKey(
                        blank=True, null=True, related_name="+", to="cases.context", verbose_name="context"
                    ),
                ),
                (
                    "document",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        null=True,
                        related_name="links",
                        to="evidence.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "find",
                    cases.models.base.CaseForeignKey(
                        blank=True, null=True, related_name="+", to="remains.find", verbose_name="find"
                    ),
                ),
                (
                    "injury",
                    cases.models.base.CaseForeignKey(
                        blank=True, null=True, related_name="+", to="remains.injury", verbose_name="injury"
                    ),
                ),
                (
                    "linked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="linked by",
                    ),
                ),
                (
                    "site",
                    cases.models.base.CaseForeignKey(
                        blank=True, null=True, related_name="+", to="cases.site", verbose_name="site"
                    ),
                ),
                (
                    "specimen",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        null=True,
                        related_name="+",
                        to="remains.specimen",
                        verbose_name="specimen",
                    ),
                ),
                (
                    "visit",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        null=True,
                        related_name="+",
                        to="cases.sitevisit",
                        verbose_name="site visit",
                    ),
                ),
                (
                    "photograph",
                    cases.models.base.CaseForeignKey(
                        blank=True,
                        null=True,
                        related_name="links",
                        to="evidence.photograph",
                        verbose_name="photograph",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("handling__in", ["open", "investigation", "humanitarian"])),
                        name="evidence_filelink_handling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", True),
                            models.Q(("withdrawn_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="evidence_filelink_withdrawal_reasoned",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            "photograph",
                            "document",
                            function="num_nonnulls",
                            output_field=models.BooleanField(),
                            template="%(function)s(%(expressions)s) = 1",
                        ),
                        name="evidence_filelink_one_file",
                    ),
                    models.CheckConstraint(
                        condition=models.Func(
                            "site",
                            "visit",
                            "context",
                            "find",
                            "specimen",
                            "injury",
                            function="num_nonnulls",
                            output_field=models.BooleanField(),
                            template="%(function)s(%(expressions)s) = 1",
                        ),
                        name="evidence_filelink_one_target",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis__in", ["person", "label"])),
                        name="evidence_filelink_basis_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("basis", "label"), ("linked_by__isnull", True)),
                            models.Q(("basis", "person"), ("linked_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="evidence_filelink_somebody_linked",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=(
                            "photograph",
                            "document",
                            "site",
                            "visit",
                            "context",
                            "find",
                            "specimen",
                            "injury",
                        ),
                        name="evidence_filelink_once",
                        nulls_distinct=False,
                    ),
                ],
                "verbose_name": "link of a photograph or document",
                "verbose_name_plural": "links of photographs and documents",
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        ProtectTable("Photograph"),
        ProtectTable("Document"),
        ProtectTable("FileLink"),
        ProtectTable("FileAlarm", chain="system"),
        FreezeColumns(
            "Photograph",
            "seal_stays",
            [
                "serial",
                "number",
                "sha256",
                "size_bytes",
                "original_name",
                "media_type",
                "received_at",
                "uploaded_by_id",
                "camera_clock",
                "camera_offset",
                "camera_make",
                "camera_model",
                "camera_serial",
                "lens",
                "software",
                "orientation",
                "width_px",
                "height_px",
                "camera_latitude",
                "camera_longitude",
                "camera_altitude_m",
                "camera_accuracy_m",
                "camera_direction_deg",
            ],
        ),
        FreezeColumns(
            "Document",
            "seal_stays",
            [
                "serial",
                "number",
                "sha256",
                "size_bytes",
                "original_name",
                "media_type",
                "received_at",
                "uploaded_by_id",
                "page_count",
                "fault",
            ],
        ),
        KeepColumns("FileLink", ["handling", "withdrawn_at", "withdrawn_reason"]),
        KeepColumns("FileAlarm", ["answer", "answered_by_id", "answered_at"]),
        RunSqlFile("evidence/sql/file_rules.sql"),
    ]
