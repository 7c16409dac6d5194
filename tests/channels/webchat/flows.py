"""Flows that the web chat is tried with."""

SHOP = """
settings: {languages: [en, fa, he]}
slots: {size: {type: text}, phone: {type: text}, where: {type: any}, photo: {type: any}}
actions: [action_look_up]
surveys:
  quick:
    kind: csat
    ask: {en: "How was it?", fa: "چطور بود؟", he: "איך היה?"}
    scale: 1-5
    labels: stars
    thanks: {en: "Thank you!", fa: "سپاس!", he: "תודה!"}
responses:
  utter_links:
    - text: "Two ways:"
      buttons:
        - {title: "Order a lamp", payload: "lamp"}
        - {title: "Something else", payload: "menu"}
flows:
  main:
    description: the menu
    start: true
    steps:
      - say:
          en: "Welcome to the **lamp shop**."
          fa: "به **چراغ‌فروشی** خوش آمدید."
          he: "ברוכים הבאים ל**חנות המנורות**."
      - id: top
        menu: {en: "What shall it be?", fa: "چه می‌خواهید؟", he: "מה תרצו?"}
        columns: 2
        options:
          - label: {en: A lamp, fa: چراغ, he: מנורה}
            then: [{call: lamp, next: top}]
          - label: {en: Leave a number, fa: شماره بگذارید, he: להשאיר מספר}
            then: [{call: number, next: top}]
          - label: {en: Where are you, fa: کجایید, he: איפה אתם}
            then: [{call: place, next: top}]
          - label: {en: A photo, fa: عکس, he: תמונה}
            then: [{call: photo, next: top}]
          - label: {en: A person, fa: یک نفر, he: נציג}
            then: [{handoff: support, next: top}]
          - label: {en: Look it up, fa: پیدا کن, he: לחפש}
            then: [{action: action_look_up, next: top}]
          - label: {en: Rate us, fa: امتیاز, he: לדרג}
            then: [{survey: quick, next: top}]
          - label: {en: Goodbye, fa: خداحافظ, he: להתראות}
            then: [{say: {en: "See you.", fa: "به امید دیدار.", he: "להתראות."}, next: END}]
  lamp:
    description: order a lamp
    triggers: {en: [lamp]}
    steps:
      - menu: {en: "Which size?", fa: "چه اندازه؟", he: "איזה גודל?"}
        into: size
        page_size: 2
        options:
          - label: {en: Small, fa: کوچک, he: קטנה}
          - label: {en: Medium, fa: متوسط, he: בינונית}
          - label: {en: Large, fa: بزرگ, he: גדולה}
      - say: {en: "A {size} lamp it is.", fa: "چراغ {size}.", he: "מנורה {size}."}
  number:
    description: leave a number
    steps:
      - collect: phone
        kind: phone
        ask: {en: "Your number?", fa: "شماره شما؟", he: "המספר שלך?"}
      - say: {en: "Noted: {phone}", fa: "ثبت شد: {phone}", he: "נרשם: {phone}"}
  place:
    description: where
    steps:
      - collect: where
        kind: location
        ask: {en: "Where are you?", fa: "کجایید؟", he: "איפה אתם?"}
      - say: {en: "Not far.", fa: "دور نیست.", he: "לא רחוק."}
  photo:
    description: a photo
    steps:
      - collect: photo
        kind: file
        files: {kinds: [photo], max: 1}
        ask: {en: "Send us a photo.", fa: "عکس بفرستید.", he: "שלחו תמונה."}
      - say: {en: "A nice photo.", fa: "عکس خوبی است.", he: "תמונה יפה."}
"""
