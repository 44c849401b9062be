//! Further questions and answers of long conversations.

/// A further question and its answer, by language.
pub(super) const ROUNDS: [[(&str, &str); 4]; 5] = [
    [
        (
            "Thanks. Is there anything that I have to do?",
            "No, we take care of the rest.",
        ),
        ("How long will that take?", "Two working days at most."),
        (
            "Can I change the delivery address?",
            "Yes, until the parcel leaves the warehouse.",
        ),
        (
            "Will I get a confirmation by email?",
            "Yes, it is sent within the hour.",
        ),
    ],
    [
        (
            "Danke. Muss ich noch etwas tun?",
            "Nein, um den Rest kümmern wir uns.",
        ),
        ("Wie lange dauert das?", "Höchstens zwei Werktage."),
        (
            "Kann ich die Lieferadresse noch ändern?",
            "Ja, bis das Paket das Lager verlässt.",
        ),
        (
            "Bekomme ich eine Bestätigung?",
            "Ja, sie kommt innerhalb einer Stunde per E-Mail.",
        ),
    ],
    [
        (
            "Merci. Dois-je faire autre chose ?",
            "Non, nous nous occupons du reste.",
        ),
        (
            "Combien de temps cela prend-il ?",
            "Deux jours ouvrés au plus.",
        ),
        (
            "Puis-je changer l'adresse de livraison ?",
            "Oui, jusqu'au départ du colis.",
        ),
        (
            "Vais-je recevoir une confirmation ?",
            "Oui, elle part dans l'heure par e-mail.",
        ),
    ],
    [
        (
            "Gracias. ¿Tengo que hacer algo más?",
            "No, nosotros nos encargamos del resto.",
        ),
        (
            "¿Cuánto tiempo tardará?",
            "Dos días laborables como máximo.",
        ),
        (
            "¿Puedo cambiar la dirección de entrega?",
            "Sí, hasta que el paquete salga.",
        ),
        (
            "¿Recibiré una confirmación?",
            "Sí, llega por correo en menos de una hora.",
        ),
    ],
    [
        (
            "Tack. Behöver jag göra något mer?",
            "Nej, vi tar hand om resten.",
        ),
        ("Hur lång tid tar det?", "Högst två vardagar."),
        (
            "Kan jag ändra leveransadressen?",
            "Ja, tills paketet lämnar lagret.",
        ),
        (
            "Får jag en bekräftelse?",
            "Ja, den kommer med e-post inom en timme.",
        ),
    ],
];
